-- What a mined transaction cost, from its receipt.
alter table desk.slot add column gas_used bigint;
alter table desk.slot add column gas_price numeric(78,0);            -- wei per gas that was paid
