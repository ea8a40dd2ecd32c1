-- The mirror of the chain. Written by the indexer alone; escrow and stray_transfer are folds over log and can be rebuilt from it.
create schema chain;

create table chain.position (
  chain_id      bigint primary key,
  genesis_hash  bytea not null check (length(genesis_hash) = 32),
  escrow        bytea not null check (length(escrow) = 20),
  code_hash     bytea not null check (length(code_hash) = 32),
  start_block   bigint not null,
  number        bigint not null,                                   -- canonical head of the mirror; start_block - 1 before the first block
  hash          bytea check (length(hash) = 32),
  head_time     bigint not null default 0,                         -- timestamp of the head, seconds since the epoch
  finalized     bigint not null default -1,
  finalized_time  bigint not null default 0,                       -- timestamp of the finalized block: what is past for good
  revision      bigint not null default 0,                         -- grows by one with every committed step
  halted        text,                                              -- reason; an operator clears it
  epoch         bigint not null default 0,
  holder        uuid,
  expires_at    timestamptz not null default '-infinity'
);

create table chain.block (
  hash         bytea primary key check (length(hash) = 32),
  chain_id     bigint not null,
  number       bigint not null,
  parent_hash  bytea not null check (length(parent_hash) = 32),
  timestamp    bigint not null,
  canonical    boolean not null,
  proof        text not null check (proof in ('linked', 'bloom', 'receipts'))
);
create unique index block_canonical on chain.block (chain_id, number) where canonical;
-- Blocks that are proved less than they should be are looked for while a chain is followed; mostly there are none.
create index block_weaker on chain.block (chain_id, number) where canonical and proof <> 'receipts';

-- A log's block is written by the one writer of the chain, with it and in the same transaction. A foreign key would have each row checked again, which
-- costs more than half of what a backfill writes; what holds them together is the lease, and the dump that every test of the mirror compares.
create table chain.log (
  block_hash   bytea not null,                                     -- of chain.block
  log_index    int not null,
  chain_id     bigint not null,
  tx_hash      bytea not null check (length(tx_hash) = 32),
  tx_index     int not null,
  address      bytea not null check (length(address) = 20),
  topics       bytea[] not null,
  data         bytea not null,
  decoded      boolean not null,
  escrow_id    bytea check (length(escrow_id) = 32),               -- null: not an event of a settlement
  primary key (block_hash, log_index)
);
create index log_of_escrow on chain.log (chain_id, escrow_id) where escrow_id is not null;

-- What a step changed, in a row that is written once and never touched again.
create table chain.step (
  chain_id   bigint not null,
  revision   bigint not null,
  retracted  bytea[] not null,                                     -- settlements that lost canonical logs
  applied    bytea[] not null,                                     -- settlements that got some
  primary key (chain_id, revision)
);
-- Hashes do not compress.
alter table chain.step alter column retracted set storage external, alter column applied set storage external;

-- An entry for each settlement of a step, retracted ones first; of a step that changed none, one that only says that the head or finality moved.
create view chain.feed as
  select s.chain_id, s.revision, (e.place - 1)::int as ordinal,
    case when e.escrow_id is null then 'head' when e.place <= cardinality(s.retracted) then 'retract' else 'apply' end as kind, e.escrow_id
  from chain.step s
  cross join lateral unnest(case when cardinality(s.retracted) + cardinality(s.applied) = 0 then array[null::bytea] else s.retracted || s.applied end)
    with ordinality e (escrow_id, place);

create type chain.leg as (
  token              bytea,                                        -- 20 bytes; null while only the leg's hash is known
  token_id           numeric(78,0),
  amount             numeric(78,0),
  depositor          bytea,
  recipient          bytea,
  refund_to          bytea,
  status             text,                                         -- pending, deposited, armed, withdrawn, released, refunded
  block              bigint,                                       -- of the last change
  tx                 bytea,
  log_index          int,
  deposit_block      bigint,                                       -- of the last deposit, or its owner's last consent
  deposit_tx         bytea,
  deposit_log_index  int
);

create table chain.escrow (
  chain_id          bigint not null,
  escrow_id         bytea not null check (length(escrow_id) = 32),
  contract          bytea not null check (length(contract) = 20),
  reference         bytea check (length(reference) = 32),
  state             smallint not null check (state between 1 and 3), -- 1 open, 2 executed, 3 cancelled
  registered        boolean not null,
  deadline          bigint,                                        -- null while the terms are unknown (cancelled from nothing)
  opened_block      bigint not null,
  registered_block  bigint,
  registered_tx     bytea,
  executed_block    bigint,
  executed_tx       bytea,
  cancelled_block   bigint,
  cancelled_tx      bytea,
  legs              chain.leg[] not null default '{}' check (cardinality(legs) <= 64), -- never read or written without their settlement
  holds             boolean not null default false,                -- a leg is deposited
  primary key (chain_id, escrow_id)
);
-- What the reconciler reads at every block: settlements that are open, or that still hold a deposit. Of all that ever were these are few.
create index escrow_unsettled on chain.escrow (chain_id, escrow_id) where state = 1 or holds;

create view chain.escrow_leg as
  select e.chain_id, e.escrow_id, (l.place - 1)::smallint as leg_index, l.token, l.token_id, l.amount, l.depositor, l.recipient, l.refund_to, l.status,
    l.block, l.tx, l.log_index, l.deposit_block, l.deposit_tx, l.deposit_log_index
  from chain.escrow e
  cross join lateral unnest(e.legs) with ordinality
    l (token, token_id, amount, depositor, recipient, refund_to, status, block, tx, log_index, deposit_block, deposit_tx, deposit_log_index, place);

-- Tokens sent to the escrow by a plain transfer: nobody can bring them back, so somebody has to see them.
create table chain.stray_transfer (
  block_hash  bytea not null,
  log_index   int not null,
  chain_id    bigint not null,
  number      bigint not null,
  tx_hash     bytea not null,
  token       bytea not null check (length(token) = 20),
  sender      bytea not null check (length(sender) = 20),
  amount      numeric(78,0) not null,
  primary key (block_hash, log_index)
);

grant usage on schema chain to keystone_indexer, keystone_keeper, keystone_api;
grant select, insert, update, delete on chain.position, chain.block, chain.log, chain.step, chain.escrow, chain.stray_transfer to keystone_indexer;
grant select on chain.feed, chain.escrow_leg to keystone_indexer;
grant select on all tables in schema chain to keystone_keeper, keystone_api;

-- A mirror that is read again from the chain stands here, beside the one that is read, until it is whole. Then its rows take the place of the others in one
-- transaction: a rebuild that is broken off leaves the mirror as it was, and goes on where it was.
create table chain.rebuild_position (like chain.position including all);
create table chain.rebuild_block (like chain.block including all);
create table chain.rebuild_log (like chain.log including all);
create table chain.rebuild_step (like chain.step including all);
create table chain.rebuild_escrow (like chain.escrow including all);
create table chain.rebuild_stray_transfer (like chain.stray_transfer including all);
-- The indexer's alone: nobody reads it before it takes the other's place.
revoke all on chain.rebuild_position, chain.rebuild_block, chain.rebuild_log, chain.rebuild_step, chain.rebuild_escrow, chain.rebuild_stray_transfer from keystone_keeper, keystone_api;
grant select, insert, update, delete on chain.rebuild_position, chain.rebuild_block, chain.rebuild_log, chain.rebuild_step, chain.rebuild_escrow, chain.rebuild_stray_transfer
  to keystone_indexer;
