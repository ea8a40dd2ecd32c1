grant select on settlement.event, settlement.audit_head, settlement.environment_event, settlement.environment_head, settlement.private_salts to keystone_keeper;
grant select on settlement.event, settlement.audit_head to keystone_api;
grant select on settlement.environment_head to keystone_api;
grant insert on settlement.event, settlement.environment_event to keystone_keeper, keystone_api;
grant insert, update on settlement.audit_head, settlement.environment_head to keystone_keeper, keystone_api;
grant insert on settlement.private_salts to keystone_api;
-- The heads of the audit chains have a table of their own, settlement.environment_head.
alter table identity.environment drop column event_hash, drop column event_count;
