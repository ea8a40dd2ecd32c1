-- What a decision reads of one settlement, however many others there are.
create index fact_of_settlement on settlement.fact (settlement_id);
create index visible_of_settlement on settlement.visible_to (settlement_id);
