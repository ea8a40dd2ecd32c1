-- What the reconciler reads at every block: settlements that are open, or that still hold a deposit. Of all that ever were these are few; a status within
-- an array cannot be indexed, and to look into every row for it takes seconds with some hundred thousand of them.
alter table chain.escrow add column holds boolean not null default false;                -- a leg is deposited
update chain.escrow set holds = true where exists (select from unnest(legs) l where l.status = 'deposited');
create index escrow_unsettled on chain.escrow (chain_id, escrow_id) where state = 1 or holds;
