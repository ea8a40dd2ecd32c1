-- Screenings are made in turn: however many one environment has waiting, those of another wait for as many turns as it has itself.
alter table compliance.screening add column lane uuid not null default '00000000-0000-0000-0000-000000000000';   -- environment whose settlement it is
drop index compliance.screening_due;
create index screening_due on compliance.screening (lane, due_at) where status in ('pending', 'error');
