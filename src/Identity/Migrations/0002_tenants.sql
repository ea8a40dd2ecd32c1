-- What a tenant manages itself: its environments' settings, credentials, address rules and members. And credentials of the operator, which belong to no tenant.
alter table identity.platform
  add column logo_url       text check (length(logo_url) between 1 and 2048),
  add column support_email  text check (length(support_email) between 1 and 255),
  add column support_url    text check (length(support_url) between 1 and 2048),
  add column updated_at     timestamptz not null default now();

alter table identity.environment
  add column name                        text check (length(name) between 1 and 255),
  add column four_eyes                   boolean not null default false,   -- what needs a second person gets one
  add column wallets_required            boolean not null default false,   -- parties use registered wallets only
  add column cors_origins                text[] not null default '{}',     -- origins of browsers that may call
  add column max_open_settlements        int check (max_open_settlements >= 1),       -- null: as the operator's settings say
  add column max_registrations_per_hour  int check (max_registrations_per_hour >= 1),
  add column updated_at                  timestamptz not null default now();

-- A person who signs in, with what a store of ASP.NET Core Identity keeps of one.
create table identity.person (
  id                     uuid primary key,
  user_name              text not null,
  normalized_user_name   text not null unique,
  email                  text not null check (length(email) between 3 and 255),
  normalized_email       text not null unique,
  email_confirmed        boolean not null default false,
  name                   text check (length(name) between 1 and 255),
  password_hash          text,
  security_stamp         text not null,
  concurrency_stamp      text not null,
  two_factor_enabled     boolean not null default false,
  lockout_end            timestamptz,
  lockout_enabled        boolean not null default true,
  access_failed_count    int not null default 0,
  created_at             timestamptz not null
);

-- A person's place in a platform. Removed rows stay: credentials and the activity log name them.
create table identity.member (
  id                 uuid primary key,
  platform_id        uuid not null references identity.platform (id),
  person_id          uuid not null references identity.person (id),
  roles              text[] not null check (cardinality(roles) >= 1
    and roles <@ array['instruct', 'approve', 'compliance', 'read_only', 'platform_manager']),
  status             text not null check (status in ('invited', 'active', 'removed')),
  invited_by         text not null,                                   -- credential or member
  invitation_sha256  bytea check (length(invitation_sha256) = 32),
  invitation_ends    timestamptz,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  unique (platform_id, person_id)
);

-- Without an environment: a credential of the operator. No tenant's credential has a scope of the operator.
alter table identity.credential
  alter column environment_id drop not null,
  add column name           text check (length(name) between 1 and 255),
  add column member_id      uuid references identity.member (id),      -- member who made it
  add column made_by        text references identity.credential (client_id),   -- credential that stands for who made it; both null: the operator
  add column expires_at     timestamptz,
  add column revoked_at     timestamptz,
  add column last_used_address  text,
  add constraint credential_scopes check (case when environment_id is null then scopes <@ array['admin', 'compliance:decide'] else not 'admin' = any(scopes) end);
create index credential_of_environment on identity.credential (environment_id, created_at, client_id);

alter table identity.credential_secret add column created_at timestamptz not null default now();

-- From where an environment's credentials may be used; none: from everywhere.
create table identity.ip_rule (
  id              uuid primary key,
  environment_id  uuid not null references identity.environment (id),
  network         cidr not null,
  description     text check (length(description) between 1 and 255),
  created_at      timestamptz not null,
  unique (environment_id, network)
);

grant select on identity.person, identity.member, identity.ip_rule to keystone_api;
grant insert on identity.platform, identity.environment, identity.credential, identity.credential_secret, identity.ip_rule, identity.person, identity.member to keystone_api;
grant update (name, status, logo_url, support_email, support_url, updated_at) on identity.platform to keystone_api;
grant update (name, is_active, api_version, rate_limit, default_timeout_seconds, disclose_name_before_confirmation, four_eyes, wallets_required, cors_origins,
  max_open_settlements, max_registrations_per_hour, updated_at) on identity.environment to keystone_api;
grant update (name, status, expires_at, revoked_at, last_used_address) on identity.credential to keystone_api;
grant update (valid_until) on identity.credential_secret to keystone_api;
grant delete on identity.credential_secret, identity.ip_rule to keystone_api;
grant update on identity.person, identity.member to keystone_api;

-- The API makes credentials of tenants and never one of the operator, nor a secret for one: whoever takes the API over does not become the operator.
alter table identity.credential enable row level security;
create policy credential_read on identity.credential for select using (true);
create policy credential_insert on identity.credential for insert to keystone_api with check (environment_id is not null);
create policy credential_update on identity.credential for update to keystone_api using (true) with check (true);
alter table identity.credential_secret enable row level security;
create policy secret_read on identity.credential_secret for select using (true);
create policy secret_insert on identity.credential_secret for insert to keystone_api
  with check (exists (select from identity.credential c where c.client_id = credential_secret.client_id and c.environment_id is not null));
create policy secret_change on identity.credential_secret for update to keystone_api
  using (exists (select from identity.credential c where c.client_id = credential_secret.client_id and c.environment_id is not null));
create policy secret_remove on identity.credential_secret for delete to keystone_api
  using (exists (select from identity.credential c where c.client_id = credential_secret.client_id and c.environment_id is not null));
