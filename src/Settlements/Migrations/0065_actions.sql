-- A step that the platform that instructed does in systems of its own: the engine asks once for a state, and one result is taken.
alter table settlement.fact drop constraint fact_kind_check, drop constraint fact_environment_check;
alter table settlement.fact
  add constraint fact_kind_check check (kind in ('confirm', 'reject', 'decision', 'order', 'cancel_request', 'cancel', 'hold', 'release', 'action_required', 'action_result')),
  add constraint fact_environment_check check (kind not in ('cancel_request', 'hold', 'release', 'action_required', 'action_result') or environment_id is not null);
create unique index fact_action on settlement.fact (settlement_id, kind, (body::jsonb ->> 'state')) where kind in ('action_required', 'action_result');

-- The keeper asks; the API takes the result.
grant insert on settlement.fact to keystone_keeper;
