-- What is asked all the time costs the same beside many settlements that have ended.
-- The quota of an environment counts those of its last hour.
create index settlement_newest_of_environment on settlement.settlement (environment_id, created_at);
-- A list of states that few settlements are in reads those, and not all that its reader may see.
create index settlement_state on settlement.settlement (state);
create index party_wallet on settlement.party (environment_id, wallet) where wallet is not null;
-- Openings are looked at until their closing is made; closings that failed, until that was said.
alter table settlement.settlement add column maturity_closed_at timestamptz;  -- when the closing of the opening was made
update settlement.settlement o set maturity_closed_at = c.created_at from settlement.settlement c where c.parent_settlement_id = o.id;
create index settlement_maturity_open on settlement.settlement (maturity_at) where maturity_at is not null and maturity_closed_at is null and outcome is distinct from 'failed';
drop index settlement.settlement_maturity;
create index settlement_failed_close on settlement.settlement (id) where settlement_category = 'repo_close' and outcome = 'failed' and maturity_alarmed_at is null;
