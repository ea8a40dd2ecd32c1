-- Wallets that an environment lets its parties use, and what its credentials changed.
create table settlement.wallet (
  id                 uuid primary key,
  environment_id     uuid not null references identity.environment (id),
  address            bytea not null check (length(address) = 20),
  label              text check (length(label) between 1 and 255),
  usable_from        timestamptz not null,                          -- without an approval
  registered_by      text not null,                                 -- credential
  registered_person  text not null,                                 -- who it stands for; the approver is another one
  approved_by        text,
  approved_at        timestamptz,
  created_at         timestamptz not null,
  removed_at         timestamptz,
  check ((approved_by is null) = (approved_at is null))
);
create unique index wallet_address on settlement.wallet (environment_id, address) where removed_at is null;

-- One row for each request that changed something or tried to. No bodies, no secrets, no hashes: the audit trail of a settlement is settlement.event.
create table settlement.activity (
  id              uuid primary key,
  environment_id  uuid references identity.environment (id),       -- null: the operator's own
  platform_id     uuid references identity.platform (id),
  type            text not null,
  category        text not null,
  severity        text not null check (severity in ('info', 'warning', 'error')),
  description     text not null,
  actor_type      text not null check (actor_type in ('credential', 'operator')),
  actor_id        text not null,
  member_id       uuid,
  resource_type   text,
  resource_id     text,
  method          text not null,
  path            text not null,
  status_code     int not null,
  error_code      text,
  ip_address      text,
  user_agent      text,
  request_id      text not null,
  duration_ms     int not null,
  created_at      timestamptz not null
);
create index activity_newest on settlement.activity (environment_id, created_at desc, id desc);
create index activity_of_all on settlement.activity (created_at desc, id desc);

grant select, insert on settlement.wallet, settlement.activity to keystone_api;
grant update (approved_by, approved_at, removed_at) on settlement.wallet to keystone_api;
