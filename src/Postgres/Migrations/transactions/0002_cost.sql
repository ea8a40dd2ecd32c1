-- What a mined transaction cost, from its receipt.
alter table transactions.nonce add column gas_used bigint;
alter table transactions.nonce add column gas_price numeric(78,0);            -- wei per gas that was paid
