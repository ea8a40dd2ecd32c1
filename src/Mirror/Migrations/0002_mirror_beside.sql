-- A mirror that is read again from the chain stands here, beside the one that is read, until it is whole. Then its rows take the place of the others in one
-- transaction: a rebuild that is broken off leaves the mirror as it was, and goes on where it was.
create table chain.rebuild_position (like chain.position including all);
create table chain.rebuild_block (like chain.block including all);
create table chain.rebuild_log (like chain.log including all);
create table chain.rebuild_step (like chain.step including all);
create table chain.rebuild_escrow (like chain.escrow including all);
create table chain.rebuild_stray_transfer (like chain.stray_transfer including all);
-- The indexer's alone: nobody reads it before it takes the other's place.
revoke all on chain.rebuild_position, chain.rebuild_block, chain.rebuild_log, chain.rebuild_step, chain.rebuild_escrow, chain.rebuild_stray_transfer from keystone_keeper, keystone_api;
grant select, insert, update, delete on chain.rebuild_position, chain.rebuild_block, chain.rebuild_log, chain.rebuild_step, chain.rebuild_escrow, chain.rebuild_stray_transfer
  to keystone_indexer;
