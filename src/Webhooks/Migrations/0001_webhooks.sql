-- Webhooks: a message per environment and event, a delivery per message and endpoint.
create schema webhooks;

create table webhooks.endpoint (
  id               uuid primary key,
  environment_id   uuid not null references identity.environment (id),
  url              text not null,
  description      text,
  events           text[] not null,
  is_active        boolean not null default true,
  api_version      text not null,
  standard_scheme  boolean not null,                               -- false: the secret is not whsec_, so only X-Keystone-Signature
  failing_since    timestamptz,
  disabled_reason  text,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);
create index endpoint_of_environment on webhooks.endpoint (environment_id);

-- Sealed by AES-256-GCM under a key from a file; needed in the clear to sign, so it cannot be a hash.
create table webhooks.secret (
  endpoint_id  uuid not null references webhooks.endpoint (id) on delete cascade,
  ordinal      int not null,
  key_id       text not null,                                      -- of the key that sealed it
  sealed       bytea not null,
  valid_until  timestamptz,
  primary key (endpoint_id, ordinal)
);

create table webhooks.message (
  id              uuid primary key,
  environment_id  uuid not null references identity.environment (id),
  type            text not null,
  settlement_id   uuid,
  sequence        int,
  payload         text not null,                                   -- the bytes that are sent
  created_at      timestamptz not null,
  position        bigint unique,
  traceparent     text check (length(traceparent) = 55)            -- W3C trace context of the work that made it: its deliveries are spans of that trace. Never sent.
);
create index message_unpublished on webhooks.message (id) where position is null;

create table webhooks.delivery (
  id             uuid primary key,
  message_id     uuid not null references webhooks.message (id),
  endpoint_id    uuid not null references webhooks.endpoint (id) on delete cascade,
  status         text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed')),
  attempt        int not null default 0,
  due_at         timestamptz not null,
  claimed_until  timestamptz,
  created_at     timestamptz not null,
  unique (message_id, endpoint_id)
);
create index delivery_due on webhooks.delivery (due_at) where status = 'waiting';

create table webhooks.delivery_attempt (
  delivery_id    uuid not null references webhooks.delivery (id) on delete cascade,
  ordinal        int not null,
  at             timestamptz not null,
  status_code    int,
  latency_ms     int not null,
  error          text,
  response_head  text,
  primary key (delivery_id, ordinal)
);

-- The publisher numbers committed messages; one at a time, by the lock on this row.
create table webhooks.publisher (
  singleton  boolean primary key default true check (singleton),
  position   bigint not null default 0
);
insert into webhooks.publisher default values;

grant usage on schema webhooks to keystone_keeper, keystone_api;
grant select on all tables in schema webhooks to keystone_keeper, keystone_api;
grant insert, update on webhooks.message, webhooks.delivery, webhooks.delivery_attempt, webhooks.publisher to keystone_keeper;
grant update (is_active, failing_since, disabled_reason, updated_at) on webhooks.endpoint to keystone_keeper;
grant insert, update, delete on webhooks.endpoint, webhooks.secret to keystone_api;
grant insert on webhooks.message, webhooks.delivery to keystone_api;
