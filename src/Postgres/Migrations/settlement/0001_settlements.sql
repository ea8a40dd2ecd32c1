-- Settlements. The API inserts them and facts about them; only the keeper's engine runner moves state.
create schema settlement;

create table settlement.instrument (
  id              uuid primary key,
  environment_id  uuid not null references identity.environment (id),
  chain_id        bigint not null,
  address         bytea not null check (length(address) = 20),
  symbol          text not null,
  standard        text not null check (standard in ('ERC-20', 'ERC-721', 'ERC-1155')),
  decimals        smallint not null check (decimals between 0 and 77),
  code_hash       bytea not null check (length(code_hash) = 32),
  created_at      timestamptz not null,
  unique (environment_id, chain_id, address),
  unique (environment_id, chain_id, symbol)
);

create table settlement.template (
  id              uuid primary key,
  environment_id  uuid references identity.environment (id),     -- null: built in, for all
  slug            text not null,
  version         int not null,
  name            text not null,
  description     text not null,
  config          text not null,                                  -- JSON as served
  is_active       boolean not null default true,
  created_at      timestamptz not null,
  unique nulls not distinct (environment_id, slug, version)
);

create table settlement.settlement (
  id                   uuid primary key,
  platform_id          uuid not null references identity.platform (id),
  environment_id       uuid not null references identity.environment (id),
  idempotency_key      text not null,
  external_reference   text,
  type                 text not null check (type in ('single_platform', 'cross_platform')),
  template_id          uuid not null,
  template_slug        text not null,
  template_version     int not null,
  state                text not null,
  version              int not null default 1,
  sequence             int not null default 1,                    -- of the last event
  event_hash           bytea not null check (length(event_hash) = 32),
  commitment_salt      bytea not null check (length(commitment_salt) = 32),  -- salts the personal fields inside content_hash
  timeout_at           timestamptz not null,
  confirm_by           timestamptz not null,
  chain_id             bigint not null,
  escrow_contract      bytea check (length(escrow_contract) = 20),
  escrow_id            bytea check (length(escrow_id) = 32),
  terms                bytea,
  salt                 bytea check (length(salt) = 32),
  compliance_status    text not null default 'none' check (compliance_status in ('none', 'checking', 'review', 'cleared', 'failed')),
  compliance_at        timestamptz,
  rollback_reason      text,
  rollback_since       timestamptz,
  failure              text,                                      -- JSON {code,message,by_platform,role,at}
  path                 text[] not null,
  is_terminal          boolean not null default false,
  closed_at            timestamptz,
  outcome              text check (outcome in ('finalized', 'failed')),
  due_at               timestamptz,
  wake_block           bigint,
  wake_finalized       bigint,
  wake_chain_time      bigint,
  attempts             int not null default 0,
  last_error           text,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  unique (chain_id, escrow_id),
  check ((terms is null) = (escrow_id is null))
);
create index settlement_due on settlement.settlement (due_at) where closed_at is null;
create index settlement_wake_block on settlement.settlement (chain_id, wake_block) where closed_at is null;
create index settlement_wake_finalized on settlement.settlement (chain_id, wake_finalized) where closed_at is null;
create index settlement_wake_chain_time on settlement.settlement (chain_id, wake_chain_time) where closed_at is null;

create table settlement.party (
  id                      uuid primary key,
  settlement_id           uuid not null references settlement.settlement (id),
  ordinal                 int not null,
  role                    text not null,
  platform_id             uuid not null references identity.platform (id),
  environment_id          uuid not null references identity.environment (id),
  status                  text not null check (status in ('pending_confirmation', 'confirmed', 'rejected')),
  is_counterparty         boolean not null,
  name                    text,
  external_reference      text,
  asset_provider          text,
  lei                     text,
  wallet                  bytea check (length(wallet) = 20),
  receive_wallet          bytea check (length(receive_wallet) = 20),
  refund_wallet           bytea check (length(refund_wallet) = 20),
  chain_id                bigint,
  wallet_address_hint     text,
  counterparty_reference  text,
  hint_matched            boolean,
  confirmed_at            timestamptz,
  created_at              timestamptz not null,
  updated_at              timestamptz not null,
  unique (settlement_id, role),
  check (status <> 'confirmed' or wallet is not null)
);

create table settlement.leg (
  id                  uuid primary key,
  settlement_id       uuid not null references settlement.settlement (id),
  leg_index           int not null check (leg_index between 0 and 63),
  type                text not null,
  instrument_id       uuid not null references settlement.instrument (id),
  as_sent             text not null,                              -- instrument_id of the request
  quantity            text not null,                              -- as sent
  amount              numeric(78,0) not null check (amount > 0),
  token_id            numeric(78,0) not null default 0,
  direction           text not null check (direction in ('deliver', 'receive')),
  party_role          text not null,
  recipient_role      text not null,                              -- the other role, as resolved
  giver_role          text not null,
  taker_role          text not null,
  external_reference  text,
  created_at          timestamptz not null,
  unique (settlement_id, leg_index)
);

-- Lists of a counterparty without an "or".
create table settlement.visible_to (
  environment_id  uuid not null references identity.environment (id),
  settlement_id   uuid not null references settlement.settlement (id),
  created_at      timestamptz not null,
  primary key (environment_id, settlement_id)
);
create index visible_newest on settlement.visible_to (environment_id, created_at desc, settlement_id desc);

create table settlement.fact (
  id             uuid primary key,
  settlement_id  uuid not null references settlement.settlement (id),
  kind           text not null check (kind in ('confirm', 'reject', 'decision', 'order')),
  party_id       uuid references settlement.party (id),
  check_round    int,
  actor          text not null,                                   -- credential that said it
  body           text not null,                                   -- JSON as said
  created_at     timestamptz not null
);
create unique index fact_answer on settlement.fact (settlement_id, party_id) where kind in ('confirm', 'reject');
create unique index fact_decision on settlement.fact (settlement_id, check_round) where kind = 'decision';

create table settlement.event (
  settlement_id   uuid not null references settlement.settlement (id),
  sequence        int not null,
  id              uuid not null unique,
  type            text not null,
  from_state      text,
  to_state        text not null,
  triggered_by    text not null check (triggered_by in ('api', 'engine', 'chain', 'timer', 'compliance', 'admin', 'reorg')),
  chain_revision  bigint not null default 0,
  payload         text not null,                                  -- RFC 8785 bytes as hashed
  previous_hash   bytea not null check (length(previous_hash) = 32),
  content_hash    bytea not null check (length(content_hash) = 32),
  created_at      timestamptz not null,
  primary key (settlement_id, sequence)
);

-- The environment's own chain over the events of its settlements: a settlement that was deleted leaves a gap here.
create table settlement.environment_event (
  environment_id  uuid not null references identity.environment (id),
  position        bigint not null,
  settlement_id   uuid not null,
  sequence        int not null,
  content_hash    bytea not null check (length(content_hash) = 32),
  chain_hash      bytea not null check (length(chain_hash) = 32), -- SHA-256(previous chain_hash || content_hash)
  primary key (environment_id, position)
);

-- Head of each environment's chain: a row of its own, so that appending locks nothing that other work reads or refers to.
create table settlement.audit_head (
  environment_id  uuid primary key references identity.environment (id),
  position        bigint not null,                                -- of the last environment_event; 0 before the first
  chain_hash      bytea not null check (length(chain_hash) = 32)
);
