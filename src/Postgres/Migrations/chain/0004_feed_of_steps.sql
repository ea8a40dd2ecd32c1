-- What a step changed, in a row: it is written at once and never touched again, and a row and an index entry for each settlement of a full range cost
-- more than the list of them. Who follows the feed follows it as before: feed is a view, with the same columns.
create table chain.step (
  chain_id   bigint not null,
  revision   bigint not null,
  retracted  bytea[] not null,                                     -- settlements that lost canonical logs
  applied    bytea[] not null,                                     -- settlements that got some
  primary key (chain_id, revision)
);
-- Hashes do not compress.
alter table chain.step alter column retracted set storage external, alter column applied set storage external;

insert into chain.step (chain_id, revision, retracted, applied)
select chain_id, revision, coalesce(array_agg(escrow_id order by ordinal) filter (where kind = 'retract'), '{}'),
  coalesce(array_agg(escrow_id order by ordinal) filter (where kind = 'apply'), '{}')
from chain.feed group by chain_id, revision;

drop table chain.feed;

-- An entry for each settlement, retracted ones first; of a step that changed none, one that only says that the head or finality moved.
create view chain.feed as
  select s.chain_id, s.revision, (e.place - 1)::int as ordinal,
    case when e.escrow_id is null then 'head' when e.place <= cardinality(s.retracted) then 'retract' else 'apply' end as kind, e.escrow_id
  from chain.step s
  cross join lateral unnest(case when cardinality(s.retracted) + cardinality(s.applied) = 0 then array[null::bytea] else s.retracted || s.applied end)
    with ordinality e (escrow_id, place);
