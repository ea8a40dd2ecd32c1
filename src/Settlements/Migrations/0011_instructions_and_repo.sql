-- Repos: an opening says when and with how much cash it is closed, and the keeper makes the closing from it.
alter table settlement.settlement
  add column trade_reference       text check (length(trade_reference) between 1 and 255),  -- of the instructions that it was matched from
  add column parent_settlement_id  uuid references settlement.settlement (id),              -- the opening of a closing
  add column maturity_at           timestamptz,
  add column repo_rate             text,                                   -- as sent; says nothing here
  add column repayment_amount      text,                                   -- as sent, units of the one payment leg's token
  add column repayment_units       numeric(78,0) check (repayment_units > 0),
  add column maturity_ordered_at   timestamptz,                            -- the operator wants the closing before maturity
  add column maturity_alarmed_at   timestamptz,                            -- when the keeper last said that the opening is not final
  add check ((settlement_category is not distinct from 'repo_open') = (maturity_at is not null)),
  add check ((maturity_at is null) = (repayment_units is null)),
  add check ((settlement_category is not distinct from 'repo_close') = (parent_settlement_id is not null));
-- Triggered twice: one closing.
create unique index settlement_close on settlement.settlement (parent_settlement_id) where parent_settlement_id is not null;
create index settlement_maturity on settlement.settlement (maturity_at) where maturity_at is not null;

-- Bilateral instructions: each side says what it knows of a trade, and two that agree become a settlement.
create table settlement.instruction (
  id                          uuid primary key,
  platform_id                 uuid not null references identity.platform (id),
  environment_id              uuid not null references identity.environment (id),
  chain_id                    bigint not null,
  idempotency_key             text not null,
  actor                       text not null,                              -- credential that submitted it
  trade_reference             text not null check (length(trade_reference) between 1 and 255),
  counterparty_platform_slug  text,                                       -- compared with instructions of that platform alone
  status                      text not null default 'pending_match' check (status in ('pending_match', 'matched', 'cancelled', 'expired')),
  template_id                 uuid not null,
  template_slug               text not null,
  template_version            int not null,
  role                        text not null,
  counterparty_role           text not null,
  name                        text,
  external_reference          text not null,
  asset_provider              text,
  lei                         text,
  wallet                      bytea not null check (length(wallet) = 20),
  receive_wallet              bytea not null check (length(receive_wallet) = 20),
  refund_wallet               bytea not null check (length(refund_wallet) = 20),
  settlement_category         text,
  maturity_at                 timestamptz,
  repo_rate                   text,
  repayment_amount            text,
  repayment_units             numeric(78,0),
  cash_tolerance              text,                                       -- as sent, units of the one payment leg's token
  timeout_at                  timestamptz not null,
  expires_at                  timestamptz not null,
  settlement_id               uuid references settlement.settlement (id),
  created_at                  timestamptz not null,
  updated_at                  timestamptz not null,
  check ((status = 'matched') = (settlement_id is not null))
);
create index instruction_waiting on settlement.instruction (trade_reference) where status = 'pending_match';
create index instruction_expiry on settlement.instruction (expires_at) where status = 'pending_match';
create index instruction_newest on settlement.instruction (environment_id, created_at desc, id desc);

create table settlement.instruction_leg (
  instruction_id      uuid not null references settlement.instruction (id),
  leg_index           int not null check (leg_index between 0 and 63),
  type                text not null,
  instrument_id       uuid not null references settlement.instrument (id),
  as_sent             text not null,
  quantity            text not null,                                      -- as sent
  amount              numeric(78,0) not null check (amount > 0),
  token_id            numeric(78,0) not null default 0,
  tolerance           numeric(78,0) not null default 0,                   -- of cash, smallest units
  direction           text not null check (direction in ('deliver', 'receive')),
  external_reference  text,
  primary key (instruction_id, leg_index)
);

-- What keeps two instructions of one trade apart, in the words of the one whose row it is: JSON [{field,iso_reason,own_value}].
create table settlement.instruction_mismatch (
  instruction_id  uuid not null references settlement.instruction (id),
  other_id        uuid not null references settlement.instruction (id),
  fields          text not null,
  created_at      timestamptz not null,
  primary key (instruction_id, other_id)
);
create index instruction_mismatch_other on settlement.instruction_mismatch (other_id);

grant select, insert on settlement.instruction, settlement.instruction_leg, settlement.instruction_mismatch to keystone_api;
grant update (status, settlement_id, updated_at) on settlement.instruction to keystone_api;
grant update (maturity_ordered_at) on settlement.settlement to keystone_api;

-- The keeper ends instructions whose time is over, and makes the closings of repos: the only settlements that no request makes.
grant select on settlement.instruction, settlement.instruction_leg, settlement.instruction_mismatch, settlement.idempotency to keystone_keeper;
grant update (status, updated_at) on settlement.instruction to keystone_keeper;
grant insert on settlement.settlement, settlement.party, settlement.leg, settlement.visible_to, settlement.fact, settlement.idempotency, settlement.private_salts to keystone_keeper;
