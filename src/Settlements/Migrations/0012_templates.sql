-- Platforms upload templates themselves. A row still never changes: a change is the next version.
grant insert on settlement.template to keystone_api;
