-- A leg's last deposit, or its owner's last consent: readers need it after the leg has moved on, and should not decode logs for it.
alter type chain.leg add attribute deposit_block bigint, add attribute deposit_tx bytea, add attribute deposit_log_index int;

create or replace view chain.escrow_leg as
  select e.chain_id, e.escrow_id, (l.place - 1)::smallint as leg_index, l.token, l.token_id, l.amount, l.depositor, l.recipient, l.refund_to, l.status,
    l.block, l.tx, l.log_index, l.deposit_block, l.deposit_tx, l.deposit_log_index
  from chain.escrow e
  cross join lateral unnest(e.legs) with ordinality
    l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx, deposit_log_index, place);

-- What is mirrored already: the last canonical Deposited or Armed of each leg, whose index is the first word of the data.
update chain.escrow e set legs = (
  select array_agg(row(l.token, l.token_id, l.amount, l.depositor, l.recipient, l.refund_to, l.status, l.block, l.tx, l.log_index,
    d.number, d.tx_hash, d.log_index)::chain.leg order by l.place)
  from unnest(e.legs) with ordinality
    l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx, deposit_log_index, place)
  left join lateral (
    select b.number, g.tx_hash, g.log_index from chain.log g join chain.block b on b.hash = g.block_hash
    where g.chain_id = e.chain_id and g.escrow_id = e.escrow_id and b.canonical and get_byte(g.data, 31) = l.place - 1 and g.topics[1] in (
      '\x7cefe95d8fb697dde96ae61132383bd646454d8d6dffc258c45e02cc59f70115',
      '\x677ddb29782eb6785267f0278bf7586fabb04151f66475bfec0ab01b12f3816a')
    order by b.number desc, g.log_index desc limit 1) d on true)
where cardinality(e.legs) > 0;
