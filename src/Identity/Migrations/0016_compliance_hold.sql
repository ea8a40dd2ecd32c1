-- How long, at most, a settlement that the lists stop is held before it ends. Without it the time until the end tells the other side that a list stopped it.
alter table identity.environment
  add column compliance_min_hold int not null default 0 check (compliance_min_hold between 0 and 86400);   -- seconds; the time of each is random up to it
grant update (compliance_min_hold) on identity.environment to keystone_api;
