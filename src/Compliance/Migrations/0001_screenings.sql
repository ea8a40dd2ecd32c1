-- Screenings: what was asked of a provider about a party, and its answer.
create schema compliance;

create table compliance.screening (
  id             uuid primary key,
  settlement_id  uuid not null references settlement.settlement (id),
  party_id       uuid not null references settlement.party (id),
  layer          text not null check (layer in ('entity', 'wallet')),
  round          int not null,
  status         text not null default 'pending' check (status in ('pending', 'pass', 'flagged', 'fail', 'error')),
  provider_ref   text,
  list_hash      bytea,
  due_at         timestamptz not null,
  claimed_until  timestamptz,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  unique (settlement_id, party_id, layer, round)
);
create index screening_due on compliance.screening (due_at) where status in ('pending', 'error');

grant usage on schema compliance to keystone_keeper, keystone_api;
grant select on compliance.screening to keystone_keeper, keystone_api;
grant insert, update on compliance.screening to keystone_keeper;
