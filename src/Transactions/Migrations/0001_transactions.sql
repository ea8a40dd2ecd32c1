-- The transaction manager: intents, the nonces assigned to them, the signed bytes of each attempt, and the responses of nodes to its broadcast.
create schema transactions;

create table transactions.sender (
  chain_id    bigint not null,
  address     bytea not null check (length(address) = 20),
  epoch       bigint not null default 0,
  holder      uuid,
  expires_at  timestamptz not null default '-infinity',
  primary key (chain_id, address)
);

create table transactions.intent (
  id            uuid primary key,
  chain_id      bigint not null,
  purpose       text not null,
  subject       bytea not null,
  part          int not null default -1,
  status        text not null default 'wanted' check (status in ('wanted', 'resting', 'done', 'obsolete', 'failed')),
  wanted_until  bigint,                                            -- block time, seconds; null: no end
  priority      int not null default 0,
  budget        numeric(78,0),                                     -- wei
  due_at        timestamptz not null,
  attempts      int not null default 0,
  last_reason   text,
  lane          uuid,                                              -- whose it is, as its owner says: lanes take turns
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (chain_id, purpose, subject, part)
);
create index intent_due on transactions.intent (chain_id, due_at) where status in ('wanted', 'resting');
-- All intents of one settlement, whatever their purpose.
create index intent_of_subject on transactions.intent (chain_id, subject);

create table transactions.nonce (
  chain_id       bigint not null,
  sender         bytea not null,
  nonce          bigint not null,
  "to"           bytea not null check (length("to") = 20),
  data           bytea not null,
  value          numeric(78,0) not null default 0,
  gas            bigint not null,
  kind           text not null check (kind in ('work', 'fill')),
  created_epoch  bigint not null,
  mined_block    bigint,                                           -- block of the mined attempt as last seen
  mined_in       bytea,                                            -- hash of that block; no longer canonical: not mined
  mined_hash     bytea,                                            -- hash of that attempt; null beside final_at: the nonce was used by others
  mined_ok       boolean,                                          -- its receipt's status
  final_at       timestamptz,                                      -- its block is finalized
  created_at     timestamptz not null,
  gas_used       bigint,                                           -- from the receipt
  gas_price      numeric(78,0),                                    -- wei per gas that was paid
  primary key (chain_id, sender, nonce),
  foreign key (chain_id, sender) references transactions.sender (chain_id, address)
);
create index nonce_open on transactions.nonce (chain_id, sender, nonce) where final_at is null;

create table transactions.nonce_intent (
  chain_id   bigint not null,
  sender     bytea not null,
  nonce      bigint not null,
  intent_id  uuid not null references transactions.intent (id),
  primary key (chain_id, sender, nonce, intent_id),
  foreign key (chain_id, sender, nonce) references transactions.nonce (chain_id, sender, nonce)
);
create index nonce_of_intent on transactions.nonce_intent (intent_id);

create table transactions.attempt (
  hash       bytea primary key check (length(hash) = 32),
  chain_id   bigint not null,
  sender     bytea not null,
  nonce      bigint not null,
  ordinal    int not null,
  raw        bytea not null,
  max_fee    numeric(78,0) not null,
  tip        numeric(78,0) not null,
  gas        bigint not null,                                      -- gas limit
  storage_slot_gas  bigint not null,                               -- price of a new storage slot that the limit allows for
  epoch      bigint not null,
  head       bigint not null,                                      -- height of the chain when it was signed: the age of an attempt is blocks
  signed_at  timestamptz not null,
  unique (chain_id, sender, nonce, ordinal),
  foreign key (chain_id, sender, nonce) references transactions.nonce (chain_id, sender, nonce)
);

create table transactions.broadcast (
  id            bigint generated always as identity primary key,
  attempt_hash  bytea not null references transactions.attempt (hash),
  node          text not null,
  response      text not null,
  at            timestamptz not null
);
create index broadcast_of_attempt on transactions.broadcast (attempt_hash, id);

create table transactions.feed_cursor (
  name      text not null,
  chain_id  bigint not null,
  revision  bigint not null default 0,
  primary key (name, chain_id)
);

grant usage on schema transactions to keystone_keeper, keystone_api;
grant select, insert, update, delete on all tables in schema transactions to keystone_keeper;
grant select on transactions.intent, transactions.nonce, transactions.nonce_intent, transactions.attempt to keystone_api;
