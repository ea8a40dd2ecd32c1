-- A question to a second person stands for a time; an assignment that asks nothing has no end.
alter table settlement.annotation add column asked_until timestamptz;   -- null where nothing is asked
grant update (asked_until) on settlement.annotation to keystone_api;
