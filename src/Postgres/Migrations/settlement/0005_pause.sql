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
