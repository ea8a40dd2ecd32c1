-- The account that the terms name as operator, so that it can be counted how many open settlements an account may still have to cancel.
alter table settlement.settlement add column operator bytea check (length(operator) = 20);
-- Chain, contract and offset of the terms, then of their header the reference, two times and the operator: words of 32 bytes.
update settlement.settlement set operator = substring(terms from 205 for 20) where terms is not null;
create index settlement_open_of_operator on settlement.settlement (chain_id, operator) where closed_at is null and operator is not null;
