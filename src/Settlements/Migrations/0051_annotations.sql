-- What a desk writes beside a settlement for itself: who looks after it, and a note. Of one environment each; no other platform and no operator reads it.
create table settlement.annotation (
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null references identity.environment (id),
  assignee_id     uuid,                                                   -- member; not a reference, because members are removed
  note            text check (length(note) between 1 and 2000),
  updated_by      text not null,                                          -- credential or member
  updated_at      timestamptz not null,
  primary key (settlement_id, environment_id)
);
create index annotation_of_assignee on settlement.annotation (environment_id, assignee_id) where assignee_id is not null;

grant select, insert on settlement.annotation to keystone_api;
grant update (assignee_id, note, updated_by, updated_at) on settlement.annotation to keystone_api;
