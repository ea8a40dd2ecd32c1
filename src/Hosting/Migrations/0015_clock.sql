-- How far business time is ahead of the machines' time. Only a development system moves it, as the owner of the database; services read it where Storage:MovableClock says so.
create table hosting.clock (
  id              boolean primary key default true check (id),
  offset_seconds  bigint not null default 0 check (offset_seconds >= 0)
);
insert into hosting.clock default values;

grant select on hosting.clock to keystone_keeper, keystone_api, keystone_indexer;
