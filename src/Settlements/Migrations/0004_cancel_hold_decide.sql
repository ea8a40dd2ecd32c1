-- What platforms do with a settlement after it was instructed: ask for its end, hold it, decide on flags.
alter table settlement.fact drop constraint fact_kind_check;
alter table settlement.fact
  add column environment_id uuid references identity.environment (id),  -- platform that said it, for requests to cancel and holds
  add constraint fact_kind_check check (kind in ('confirm', 'reject', 'decision', 'order', 'cancel_request', 'cancel', 'hold', 'release')),
  add constraint fact_environment_check check (kind not in ('cancel_request', 'hold', 'release') or environment_id is not null);

-- One request of each platform, and one cancellation, which takes effect.
create unique index fact_cancel_request on settlement.fact (settlement_id, environment_id) where kind = 'cancel_request';
create unique index fact_cancel on settlement.fact (settlement_id) where kind = 'cancel';

-- Each flagged party needs a decision of its own. One without a party is on all of them.
drop index settlement.fact_decision;
create unique index fact_decision on settlement.fact (settlement_id, check_round, coalesce(party_id, '00000000-0000-0000-0000-000000000000')) where kind = 'decision';

alter table settlement.settlement
  add column not_before              timestamptz,                          -- earliest block time of the swap
  add column settlement_category     text check (length(settlement_category) between 1 and 63),
  add column replaces_settlement_id  uuid references settlement.settlement (id);
-- One that has ended is replaced by one other at most.
create unique index settlement_replaces on settlement.settlement (replaces_settlement_id) where replaces_settlement_id is not null;
