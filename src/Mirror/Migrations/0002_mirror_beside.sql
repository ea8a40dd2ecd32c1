-- A mirror that is read again from the chain stands here, beside the one that is read, until it is whole. Then its rows take the place of the others in one
-- transaction: a rebuild that is broken off leaves the mirror as it was, and goes on where it was.
create schema chain_rebuild;
create table chain_rebuild.position (like chain.position including all);
create table chain_rebuild.block (like chain.block including all);
create table chain_rebuild.log (like chain.log including all);
create table chain_rebuild.step (like chain.step including all);
create table chain_rebuild.escrow (like chain.escrow including all);
create table chain_rebuild.stray_transfer (like chain.stray_transfer including all);
-- The mirror beside is the indexer's alone: nobody reads it before it takes the other's place.
grant usage on schema chain_rebuild to keystone_indexer;
grant select, insert, update, delete on all tables in schema chain_rebuild to keystone_indexer;
