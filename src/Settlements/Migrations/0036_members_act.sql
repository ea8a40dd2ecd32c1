-- Members who sign in act beside credentials; actor_id is the member's id then.
alter table settlement.activity
  drop constraint activity_actor_type_check,
  add constraint activity_actor_type_check check (actor_type in ('credential', 'member', 'operator'));
