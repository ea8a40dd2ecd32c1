-- The keeper writes to the people of a platform: addresses and roles, and nothing else of a person.
grant select (id, email) on identity.person to keystone_keeper;
grant select (id, platform_id, person_id, roles, status) on identity.member to keystone_keeper;
