-- The engine takes of each environment those that are due for longest. What is open of an environment is counted by its first column.
create index settlement_due_of_environment on settlement.settlement (environment_id, due_at) where closed_at is null;
drop index settlement.settlement_open_of_environment;
