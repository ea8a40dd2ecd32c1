-- The mirror of the chain. Written by the indexer alone; escrow, escrow_leg and stray_transfer are folds over log and can be rebuilt from it.
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

create table chain.log (
  block_hash   bytea not null references chain.block (hash),
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

create table chain.feed (
  chain_id   bigint not null,
  revision   bigint not null,
  ordinal    int not null,
  kind       text not null check (kind in ('apply', 'retract', 'head')),
  escrow_id  bytea,
  primary key (chain_id, revision, ordinal)
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
  primary key (chain_id, escrow_id)
);

create table chain.escrow_leg (
  chain_id   bigint not null,
  escrow_id  bytea not null,
  leg_index  smallint not null check (leg_index between 0 and 63),
  token      bytea check (length(token) = 20),                     -- null while only the leg's hash is known
  token_id   numeric(78,0),
  amount     numeric(78,0),
  depositor  bytea check (length(depositor) = 20),
  recipient  bytea check (length(recipient) = 20),
  refund_to  bytea check (length(refund_to) = 20),
  status     text not null check (status in ('pending', 'deposited', 'armed', 'withdrawn', 'released', 'refunded')),
  block      bigint,                                               -- of the last change
  tx         bytea,
  log_index  int,
  primary key (chain_id, escrow_id, leg_index),
  foreign key (chain_id, escrow_id) references chain.escrow (chain_id, escrow_id) on delete cascade
);

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
