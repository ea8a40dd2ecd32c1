-- A chain of hashes for each settlement and reader: an environment's own rows hold what it may see, the operator's (environment zero) hold everything. What the
-- other side cannot read cannot be inferred from gaps in its numbers either. Trails of earlier builds end here: their hashes committed to other contents.
drop table settlement.environment_event;
drop table settlement.event;

create table settlement.audit_head (
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null,                                   -- zero: the operator's chain
  sequence        int not null,
  hash            bytea not null check (length(hash) = 32),
  chain_revision  bigint not null default 0,                       -- revision of the mirror that the last event rests on
  updated_at      timestamptz not null,                            -- when this reader last saw a change
  primary key (settlement_id, environment_id)
);

create table settlement.event (
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null,
  sequence        int not null,                                    -- in this chain, from 1 without gaps
  id              uuid not null unique,
  type            text not null,
  from_state      text,
  to_state        text not null,
  triggered_by    text not null check (triggered_by in ('api', 'engine', 'chain', 'timer', 'compliance', 'admin', 'reorg')),
  actor           text,
  chain_revision  bigint not null default 0,
  payload         text not null,                                   -- RFC 8785 bytes as hashed
  previous_hash   bytea not null check (length(previous_hash) = 32),
  content_hash    bytea not null check (length(content_hash) = 32),
  created_at      timestamptz not null,
  primary key (settlement_id, environment_id, sequence)
);

-- Over all rows of an environment: a settlement that was deleted leaves a gap here.
create table settlement.environment_head (
  environment_id  uuid primary key references identity.environment (id),
  position        bigint not null,
  hash            bytea not null check (length(hash) = 32)
);

create table settlement.environment_event (
  environment_id  uuid not null references identity.environment (id),
  position        bigint not null,
  settlement_id   uuid not null,
  sequence        int not null,
  content_hash    bytea not null check (length(content_hash) = 32),
  chain_hash      bytea not null check (length(chain_hash) = 32),  -- SHA-256(previous chain_hash || content_hash)
  primary key (environment_id, position)
);

-- Salts of the commitments to private fields, one random salt a field: {"buyer/name": "0x..."}. Whoever erases a field erases its salt.
create table settlement.private_salts (
  settlement_id  uuid not null references settlement.settlement (id),
  scope          text not null,                                    -- instruction, or answer/ and the role that confirmed or rejected
  salts          jsonb not null,
  primary key (settlement_id, scope)
);

insert into settlement.audit_head (settlement_id, environment_id, sequence, hash, updated_at)
select s.id, r.reader, 0, decode(repeat('00', 32), 'hex'), s.updated_at from settlement.settlement s
cross join lateral (select v.environment_id as reader from settlement.visible_to v where v.settlement_id = s.id
  union all select '00000000-0000-0000-0000-000000000000') r;

alter table settlement.settlement drop column sequence, drop column event_hash, drop column commitment_salt;
alter table settlement.settlement add column agreement text;       -- what all sides confirmed, RFC 8785; the terms on the chain commit to it
alter table settlement.settlement add column compliance_stop boolean not null default false;  -- ended because of what screening found, whoever ended it
-- told_legs now names the logs that were reported of each leg; what an earlier build kept there names none.
update settlement.settlement set told_legs = '{}';
