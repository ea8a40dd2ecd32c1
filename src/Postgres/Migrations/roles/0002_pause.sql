grant select, insert on settlement.pause to keystone_keeper;
grant select on settlement.pause to keystone_api;
