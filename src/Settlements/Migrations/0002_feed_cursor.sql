-- How far the keeper has followed the mirror of each chain. It begins anew: an entry that is read again does no harm.
create table settlement.feed_cursor (
  chain_id  bigint primary key,
  revision  bigint not null default 0
);

grant select, insert, update on settlement.feed_cursor to keystone_keeper;
