-- Days that were reconciled: the sum of all statements with the balances of the contract at the block that closes the day. Written by the keeper, once for each chain and day.
create table settlement.statement_check (
  chain_id        bigint not null,
  day             date not null,
  opening_number  bigint,                                          -- null: no block before the day
  opening_hash    bytea check (length(opening_hash) = 32),
  closing_number  bigint,
  closing_hash    bytea check (length(closing_hash) = 32),
  balances_read   boolean not null,                                -- false: the node had the state of the block no more
  tokens          int not null,
  breaks          text not null,                                   -- JSON; [] when everything is equal
  checked_at      timestamptz not null,
  primary key (chain_id, day)
);
grant select, insert, update on settlement.statement_check to keystone_keeper;
-- What a tenant may know of it: that the day is reconciled. What is wrong may be another tenant's.
grant select on settlement.statement_check to keystone_api;
