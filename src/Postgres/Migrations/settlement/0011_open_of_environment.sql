-- How many settlements of an environment are open, for its quota.
create index settlement_open_of_environment on settlement.settlement (environment_id) where closed_at is null;
