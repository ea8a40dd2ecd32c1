-- The mirror beside is the indexer's alone: nobody reads it before it takes the other's place.
grant usage on schema chain_rebuild to keystone_indexer;
grant select, insert, update, delete on all tables in schema chain_rebuild to keystone_indexer;
