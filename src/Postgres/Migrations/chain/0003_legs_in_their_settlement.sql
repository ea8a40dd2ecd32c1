-- A leg is never read or written without its settlement: it lives in its row. A table of legs cost a row, and an index entry on a page of its own,
-- for each. Who reads legs reads them as before: escrow_leg is a view, with the same columns.
create type chain.leg as (
  token      bytea,                                                -- 20 bytes; null while only the leg's hash is known
  token_id   numeric(78,0),
  amount     numeric(78,0),
  depositor  bytea,
  recipient  bytea,
  refund_to  bytea,
  status     text,                                                 -- pending, deposited, armed, withdrawn, released, refunded
  block      bigint,                                               -- of the last change
  tx         bytea,
  log_index  int
);

alter table chain.escrow add column legs chain.leg[] not null default '{}' check (cardinality(legs) <= 64);

update chain.escrow e set legs = l.legs
from (
  select chain_id, escrow_id, array_agg(row(token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index)::chain.leg order by leg_index) as legs
  from chain.escrow_leg group by chain_id, escrow_id
) l
where l.chain_id = e.chain_id and l.escrow_id = e.escrow_id;

drop table chain.escrow_leg;

create view chain.escrow_leg as
  select e.chain_id, e.escrow_id, (l.place - 1)::smallint as leg_index, l.token, l.token_id, l.amount, l.depositor, l.recipient, l.refund_to, l.status,
    l.block, l.tx, l.log_index
  from chain.escrow e
  cross join lateral unnest(e.legs) with ordinality l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, place);
