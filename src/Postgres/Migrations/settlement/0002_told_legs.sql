-- Status of the legs that platforms were told last, in order: what differs from the mirror is news. Empty: all pending.
alter table settlement.settlement add column told_legs text[] not null default '{}';
