-- Links by which parties without an account deposit: each of one role of one settlement. The token is in the link alone; its hash is kept.
create table settlement.deposit_link (
  id              uuid primary key,
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null references identity.environment (id),   -- whose party it is for
  role            text not null,
  token_sha256    bytea not null unique check (length(token_sha256) = 32),
  expires_at      timestamptz not null,                                 -- the deadline of the settlement
  created_by      text not null,                                        -- credential or member
  created_at      timestamptz not null,
  revoked_by      text,
  revoked_at      timestamptz,
  check ((revoked_by is null) = (revoked_at is null))
);
create index deposit_link_of_settlement on settlement.deposit_link (settlement_id, environment_id, created_at);

grant select, insert on settlement.deposit_link to keystone_api;
grant update (revoked_by, revoked_at) on settlement.deposit_link to keystone_api;
