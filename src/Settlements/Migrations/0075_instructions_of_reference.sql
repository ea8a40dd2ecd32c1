-- How often an environment has tried under a trade reference is bounded, so that nobody learns the other side's terms by trying.
create index instruction_of_reference on settlement.instruction (trade_reference, environment_id);
