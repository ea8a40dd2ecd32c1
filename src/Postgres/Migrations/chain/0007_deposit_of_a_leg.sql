-- A leg's last deposit, or its owner's last consent: readers need it after the leg has moved on, and should not decode logs for it.
alter type chain.leg add attribute deposit_block bigint, add attribute deposit_tx bytea, add attribute deposit_log_index int;

create or replace view chain.escrow_leg as
  select e.chain_id, e.escrow_id, (l.place - 1)::smallint as leg_index, l.token, l.token_id, l.amount, l.depositor, l.recipient, l.refund_to, l.status,
    l.block, l.tx, l.log_index, l.deposit_block, l.deposit_tx, l.deposit_log_index
  from chain.escrow e
  cross join lateral unnest(e.legs) with ordinality
    l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx, deposit_log_index, place);
