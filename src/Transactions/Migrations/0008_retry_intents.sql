-- An operator's order to try again reaches the intents through the API too, which may change nothing else of them.
create function transactions.retry_intents(chain bigint, subjects bytea[], at timestamptz) returns int
  language sql security definer set search_path = ''
  as $$
    with changed as (
      update transactions.intent set due_at = at, attempts = 0, status = 'wanted', updated_at = at
      where chain_id = chain and subject = any(subjects) and status in ('wanted', 'failed') returning 1)
    select count(*)::int from changed
  $$;
revoke execute on function transactions.retry_intents from public;
grant execute on function transactions.retry_intents to keystone_api, keystone_keeper;
