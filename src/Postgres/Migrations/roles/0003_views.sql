-- Views in the place of the tables of legs and of feed entries. Only the indexer writes, and it writes what is behind them.
revoke all on chain.escrow_leg, chain.feed, chain.step from keystone_indexer, keystone_keeper, keystone_api;
grant select on chain.escrow_leg, chain.feed, chain.step to keystone_indexer, keystone_keeper, keystone_api;
grant insert, update, delete on chain.step to keystone_indexer;
