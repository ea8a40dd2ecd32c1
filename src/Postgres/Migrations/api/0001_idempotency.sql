-- What the API remembers about calls.
create schema api;

create table api.idempotency (
  environment_id  uuid not null references identity.environment (id),
  route           text not null,
  key             text not null,
  fingerprint     bytea not null check (length(fingerprint) = 32),
  resource_id     uuid not null,
  created_at      timestamptz not null,
  primary key (environment_id, route, key)
);
