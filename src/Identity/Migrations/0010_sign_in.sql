-- How people sign in: passkeys, password with one-time codes, an external provider; their sessions; and members of the operator, who belong to no platform.
alter table identity.person
  add column totp_key        bytea,     -- sealed; null: no authenticator app
  add column totp_last_step  bigint;    -- a code is good once: the newest time step whose code was taken

-- SHA-256 of 100 random bits: high entropy, so no slow hash.
create table identity.recovery_code (
  person_id  uuid not null references identity.person (id),
  sha256     bytea not null check (length(sha256) = 32),
  used_at    timestamptz,
  primary key (person_id, sha256)
);

create table identity.passkey (
  credential_id       bytea primary key check (length(credential_id) between 1 and 1023),
  person_id           uuid not null references identity.person (id),
  name                text check (length(name) between 1 and 255),
  public_key          bytea not null,
  sign_count          bigint not null check (sign_count >= 0),
  transports          text[] not null,
  user_verified       boolean not null,
  backup_eligible     boolean not null,   -- may be synced to other devices
  backed_up           boolean not null,
  attestation_object  bytea not null,
  client_data         bytea not null,
  created_at          timestamptz not null,
  last_used_at        timestamptz
);
create index passkey_of_person on identity.passkey (person_id);

create table identity.external_login (
  issuer      text not null check (length(issuer) between 1 and 255),
  subject     text not null check (length(subject) between 1 and 255),
  person_id   uuid not null references identity.person (id),
  created_at  timestamptz not null,
  primary key (issuer, subject)
);
create index external_login_of_person on identity.external_login (person_id);

-- Failures on the way of password and code, per name and address: a stranger locks out himself and nobody else. The name is hashed, known or not.
create table identity.sign_in_failure (
  name_sha256   bytea not null check (length(name_sha256) = 32),
  address       text not null,
  failures      int not null check (failures >= 0),
  last_at       timestamptz not null,
  locked_until  timestamptz,
  primary key (name_sha256, address)
);
create index sign_in_failure_age on identity.sign_in_failure (last_at);

-- A platform whose members sign in at the external provider alone.
alter table identity.platform
  add column external_sign_in_only  boolean not null default false,
  add column setup_step             text not null default 'platform' check (setup_step in ('platform', 'invite', 'credential', 'webhook', 'done'));

-- Without a platform: a member of the operator. Its one role is nobody else's.
alter table identity.member
  alter column platform_id drop not null,
  drop constraint member_roles_check,
  add constraint member_roles_check check (cardinality(roles) >= 1 and case when platform_id is null then roles = array['operator']
    else roles <@ array['instruct', 'approve', 'compliance', 'read_only', 'platform_manager'] end);
create unique index member_of_operator on identity.member (person_id) where platform_id is null;
create unique index member_invitation on identity.member (invitation_sha256) where invitation_sha256 is not null;

create table identity.session (
  id            uuid primary key,
  member_id     uuid not null references identity.member (id),
  stamp         text not null,            -- the person's security stamp at sign-in; another one ends the session
  method        text not null check (method in ('passkey', 'password', 'external')),
  address       text,
  user_agent    text check (length(user_agent) <= 255),
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  present_at    timestamptz not null,     -- last proof that the person is there: sign-in or step-up
  expires_at    timestamptz not null,
  ended_at      timestamptz,
  ended_by      text
);
create index session_of_member on identity.session (member_id, created_at);

grant select, insert on identity.recovery_code, identity.passkey, identity.external_login, identity.sign_in_failure, identity.session to keystone_api;
grant update (used_at) on identity.recovery_code to keystone_api;
grant update (name, sign_count, user_verified, backed_up, last_used_at) on identity.passkey to keystone_api;
grant update (failures, last_at, locked_until) on identity.sign_in_failure to keystone_api;
grant update (last_seen_at, present_at, ended_at, ended_by) on identity.session to keystone_api;
grant delete on identity.recovery_code, identity.passkey, identity.external_login, identity.sign_in_failure to keystone_api;
grant update (setup_step) on identity.platform to keystone_api;

-- The API lets an invited member of the operator in, and makes none: whoever takes the API over does not become the operator for good.
revoke update on identity.member from keystone_api;
grant update (roles, status, invited_by, invitation_sha256, invitation_ends, updated_at) on identity.member to keystone_api;
alter table identity.member enable row level security;
create policy member_read on identity.member for select using (true);
create policy member_insert on identity.member for insert to keystone_api with check (platform_id is not null);
create policy member_update on identity.member for update to keystone_api
  using (platform_id is not null or status = 'invited') with check (platform_id is not null or status = 'active');
