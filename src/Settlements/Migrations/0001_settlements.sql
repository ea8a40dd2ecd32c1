-- Settlements. The API inserts them and facts about them; only the keeper's engine runner moves state.
create schema settlement;

create table settlement.instrument (
  id              uuid primary key,
  environment_id  uuid not null references identity.environment (id),
  chain_id        bigint not null,
  address         bytea not null check (length(address) = 20),
  symbol          text,                                            -- word of the environment that registered it; null: not registered
  claimed_symbol  text,                                            -- what the contract calls itself; proves nothing
  standard        text not null check (standard in ('ERC-20', 'ERC-721', 'ERC-1155')),
  decimals        smallint not null check (decimals between 0 and 77),
  code_hash       bytea not null check (length(code_hash) = 32),
  created_at      timestamptz not null,
  registered      boolean not null default true,
  unique (environment_id, chain_id, address),
  check (registered = (symbol is not null))
);
-- What a token calls itself is its own word: a symbol is taken only from tokens that an operator has registered. The others are known by their
-- address alone, and several of them may claim one symbol.
create unique index instrument_symbol on settlement.instrument (environment_id, chain_id, symbol) where registered;

-- Templates of environments. The built-in ones are part of the program. A row never changes: settlements keep the version with which they were made.
create table settlement.template (
  id              uuid primary key,
  environment_id  uuid not null references identity.environment (id),
  slug            text not null,
  version         int not null,
  name            text not null,
  description     text not null,
  config          text not null,                                  -- JSON as served
  is_active       boolean not null default true,
  created_at      timestamptz not null,
  unique (environment_id, slug, version)
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
  agreement            text,                                      -- what all sides confirmed, RFC 8785; the terms on the chain commit to it
  compliance_stop      boolean not null default false,            -- ended because of what screening found, whoever ended it
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
  reported_legs            text[] not null default '{}',              -- logs that platforms were told of each leg, in order; empty: of none
  rollback_blocked     boolean not null default false,            -- a refund was refused several times: somebody has to look, and platforms were told once
  traceparent          text check (length(traceparent) = 55),     -- W3C trace context of the request that made it; never shown and never sent
  unique (chain_id, escrow_id),
  check ((terms is null) = (escrow_id is null))
);
create index settlement_due on settlement.settlement (due_at) where closed_at is null;
-- For the quota of an environment.
create index settlement_open_of_environment on settlement.settlement (environment_id) where closed_at is null;
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
create index visible_of_settlement on settlement.visible_to (settlement_id);

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
create index fact_of_settlement on settlement.fact (settlement_id);

-- A chain of hashes for each settlement and reader: an environment's own rows hold what it may see, the operator's (environment zero) hold everything. What the
-- other side cannot read cannot be inferred from gaps in its numbers either.
create table settlement.event (
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null,
  sequence        int not null,                                    -- in this chain, from 1 without gaps
  id              uuid not null unique,
  type            text not null,
  from_state      text,
  to_state        text not null,
  triggered_by    text not null check (triggered_by in ('api', 'engine', 'chain', 'timer', 'compliance', 'admin', 'reorg')),
  actor           text,
  chain_revision  bigint not null default 0,
  payload         text not null,                                  -- RFC 8785 bytes as hashed
  previous_hash   bytea not null check (length(previous_hash) = 32),
  content_hash    bytea not null check (length(content_hash) = 32),
  created_at      timestamptz not null,
  primary key (settlement_id, environment_id, sequence)
);

create table settlement.audit_head (
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null,                                   -- zero: the operator's chain
  sequence        int not null,
  hash            bytea not null check (length(hash) = 32),
  chain_revision  bigint not null default 0,                       -- revision of the mirror that the last event rests on
  updated_at      timestamptz not null,                            -- when this reader last saw a change
  primary key (settlement_id, environment_id)
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
create table settlement.environment_head (
  environment_id  uuid primary key references identity.environment (id),
  position        bigint not null,                                -- of the last environment_event; 0 before the first
  hash            bytea not null check (length(hash) = 32)
);

-- Salts of the commitments to private fields, one random salt a field: {"buyer/name": "0x..."}. Whoever erases a field erases its salt.
create table settlement.private_salts (
  settlement_id  uuid not null references settlement.settlement (id),
  scope          text not null,                                    -- instruction, or answer/ and the role that confirmed or rejected
  salts          jsonb not null,
  primary key (settlement_id, scope)
);

-- The stop button. While a pause covers a settlement the keeper neither registers nor executes it; cancellations and refunds go on.
create table settlement.pause (
  id              uuid primary key,
  scope           text not null check (scope in ('all', 'environment', 'token', 'settlement')),
  chain_id        bigint,                                          -- of a token
  token           bytea check (length(token) = 20),
  environment_id  uuid references identity.environment (id),
  escrow_id       bytea check (length(escrow_id) = 32),            -- of a settlement
  reason          text not null,
  set_by          text not null check (set_by in ('operator', 'reconciler')),
  created_at      timestamptz not null,
  lifted_at       timestamptz,
  check ((scope = 'environment') = (environment_id is not null)),
  check ((scope = 'token') = (token is not null and chain_id is not null)),
  check ((scope = 'settlement') = (escrow_id is not null))
);
create unique index pause_active on settlement.pause (scope, coalesce(environment_id, '00000000-0000-0000-0000-000000000000'),
  coalesce(chain_id, 0), coalesce(token, ''), coalesce(escrow_id, '')) where lifted_at is null;

-- A key belongs to an environment and a use case; the same key with the same contents gives the same settlement, for ever.
create table settlement.idempotency (
  environment_id  uuid not null references identity.environment (id),
  route           text not null,
  key             text not null,
  fingerprint     bytea not null check (length(fingerprint) = 32),
  resource_id     uuid not null,
  created_at      timestamptz not null,
  primary key (environment_id, route, key)
);

grant usage on schema settlement to keystone_keeper, keystone_api;
grant select on all tables in schema settlement to keystone_api;
revoke select on settlement.private_salts from keystone_api;
grant select on settlement.instrument, settlement.template, settlement.settlement, settlement.party, settlement.leg, settlement.visible_to, settlement.fact, settlement.event,
  settlement.environment_event, settlement.environment_head, settlement.audit_head, settlement.private_salts, settlement.pause to keystone_keeper;

-- The keeper moves settlements; it makes none and answers for no party.
grant update on settlement.settlement to keystone_keeper;
grant insert on settlement.event, settlement.environment_event, settlement.pause to keystone_keeper;

-- The API inserts settlements and facts; it never moves state.
grant insert on settlement.settlement, settlement.party, settlement.leg, settlement.visible_to, settlement.fact, settlement.event,
  settlement.environment_event, settlement.instrument, settlement.idempotency to keystone_api;
grant update (due_at, updated_at) on settlement.settlement to keystone_api;
grant update (status, name, external_reference, asset_provider, lei, wallet, receive_wallet, refund_wallet, chain_id, hint_matched, confirmed_at, updated_at)
  on settlement.party to keystone_api;

-- Both append to the audit trail.
grant insert, update on settlement.audit_head, settlement.environment_head to keystone_keeper, keystone_api;
grant insert on settlement.private_salts to keystone_api;
