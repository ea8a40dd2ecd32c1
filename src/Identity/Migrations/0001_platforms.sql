-- Who may call: platforms, their environments, credentials. Written by the API and by the operator's commands.
create schema identity;

create table identity.platform (
  id          uuid primary key,
  slug        text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name        text not null,
  status      text not null default 'active' check (status in ('active', 'suspended')),
  created_at  timestamptz not null
);

create table identity.environment (
  id                       uuid primary key,
  platform_id              uuid not null references identity.platform (id),
  slug                     text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind                     text not null check (kind in ('sandbox', 'production')),
  chain_id                 bigint not null,
  is_active                boolean not null default true,
  is_default               boolean not null default false,
  api_version              text not null,
  rate_limit               int not null default 600 check (rate_limit > 0),   -- requests a minute
  default_timeout_seconds  int not null default 86400 check (default_timeout_seconds >= 60),
  disclose_name_before_confirmation  boolean not null default false,
  created_at               timestamptz not null,
  unique (platform_id, slug)
);

create table identity.credential (
  client_id       text primary key,
  environment_id  uuid not null references identity.environment (id),
  scopes          text[] not null,
  status          text not null default 'active' check (status in ('active', 'revoked')),
  last_used_at    timestamptz,
  created_at      timestamptz not null,
  -- Claim iss of the tokens that speak for the credential. Null: the built-in issuer. A credential of another issuer has no secret here, and the other
  -- issuer's tokens speak for none of ours, whatever client id they carry.
  issuer          text check (length(issuer) between 1 and 255)
);

-- SHA-256 of 32 random bytes in base64url: high entropy, so no slow hash.
create table identity.credential_secret (
  client_id    text not null references identity.credential (client_id),
  ordinal      int not null,
  sha256       bytea not null check (length(sha256) = 32),
  valid_until  timestamptz,
  primary key (client_id, ordinal)
);

grant usage on schema identity to keystone_keeper, keystone_api;
grant select on all tables in schema identity to keystone_api;
grant update (last_used_at) on identity.credential to keystone_api;
grant select on identity.platform, identity.environment to keystone_keeper;
