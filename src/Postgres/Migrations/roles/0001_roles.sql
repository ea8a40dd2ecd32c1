-- One role a service, so that the one-writer rule is the database's own. Login and passwords are given apart (keystone migrate).
do $$
declare r text;
begin
  foreach r in array array['keystone_indexer', 'keystone_keeper', 'keystone_api'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;

grant usage on schema chain to keystone_indexer;
grant usage on schema chain, settlement, compliance, identity, transactions, webhooks to keystone_keeper;
grant usage on schema chain, settlement, compliance, identity, api, transactions, webhooks to keystone_api;
grant select on public.schema_version to keystone_indexer, keystone_keeper, keystone_api;

-- indexer: schema chain alone
grant select, insert, update, delete on all tables in schema chain to keystone_indexer;

-- keeper: reads the mirror; runs the transaction manager; moves settlements; delivers webhooks
grant select on all tables in schema chain, settlement, compliance, webhooks to keystone_keeper;
grant select on identity.platform, identity.environment to keystone_keeper;
grant update on settlement.settlement to keystone_keeper;
grant insert on settlement.event, settlement.environment_event to keystone_keeper;
grant insert, update on settlement.audit_head to keystone_keeper;
grant insert, update on compliance.screening to keystone_keeper;
grant select, insert, update, delete on all tables in schema transactions to keystone_keeper;
grant insert, update on webhooks.message, webhooks.delivery, webhooks.delivery_attempt, webhooks.publisher to keystone_keeper;
grant update (is_active, failing_since, disabled_reason, updated_at) on webhooks.endpoint to keystone_keeper;

-- api: inserts settlements and facts; never moves state
grant select on all tables in schema chain, settlement, compliance, identity, api, webhooks to keystone_api;
grant select on transactions.intent, transactions.nonce, transactions.nonce_intent, transactions.attempt to keystone_api;
grant insert on settlement.settlement, settlement.party, settlement.leg, settlement.visible_to, settlement.fact, settlement.event,
  settlement.environment_event, settlement.instrument to keystone_api;
grant update (due_at, updated_at) on settlement.settlement to keystone_api;
grant update (status, name, external_reference, asset_provider, lei, wallet, receive_wallet, refund_wallet, chain_id, hint_matched, confirmed_at, updated_at)
  on settlement.party to keystone_api;
grant insert on api.idempotency to keystone_api;
grant update (last_used_at) on identity.credential to keystone_api;
grant insert, update on settlement.audit_head to keystone_api;
grant insert on webhooks.message to keystone_api;
grant insert, update, delete on webhooks.endpoint, webhooks.secret to keystone_api;
grant insert on webhooks.delivery to keystone_api;
