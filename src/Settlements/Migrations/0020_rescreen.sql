-- A change of a list touched a party of a live settlement: its parties are screened again in this round, and no earlier decision on that party counts.
create table settlement.rescreen (
  id             uuid primary key,
  settlement_id  uuid not null references settlement.settlement (id),
  party_id       uuid not null references settlement.party (id),
  check_round    int not null,
  change_id      uuid not null,
  created_at     timestamptz not null
);
create index rescreen_settlement on settlement.rescreen (settlement_id, created_at);

-- A party can be decided on again when a list has changed since.
drop index settlement.fact_decision;
create index fact_decision on settlement.fact (settlement_id, check_round) where kind = 'decision';

grant select on settlement.rescreen to keystone_keeper, keystone_api;
grant insert on settlement.rescreen to keystone_keeper;
