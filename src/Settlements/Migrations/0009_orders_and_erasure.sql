-- The operator's orders through the API: retry, rollback, pause and resume. It still moves no state.
grant update (attempts, last_error) on settlement.settlement to keystone_api;
grant insert on settlement.pause to keystone_api;
grant update (lifted_at) on settlement.pause to keystone_api;
create index event_of_operator on settlement.event (created_at) where environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state';

-- Erases personal fields of a party: the values, what a counterparty said of them, and the salts of their commitments, without which nobody can tell any more what a
-- commitment in the audit trail was to. The trail itself stays whole, because it holds commitments alone. A function, because the API reads no salts.
create function settlement.erase_fields(in_settlement uuid, in_role text, in_fields text[], at timestamptz) returns int
  language plpgsql security definer set search_path = ''
  as $$
  declare
    places text[] := (select array_agg(in_role || '/' || f) from unnest(in_fields) f);
    erased int;
  begin
    update settlement.party set
      name = case when 'name' = any(in_fields) then null else name end,
      external_reference = case when 'external_reference' = any(in_fields) then null else external_reference end,
      asset_provider = case when 'asset_provider' = any(in_fields) then null else asset_provider end,
      lei = case when 'lei' = any(in_fields) then null else lei end,
      wallet_address_hint = case when 'wallet_address_hint' = any(in_fields) then null else wallet_address_hint end,
      counterparty_reference = case when 'counterparty_reference' = any(in_fields) then null else counterparty_reference end,
      updated_at = at
    where settlement_id = in_settlement and role = in_role;
    get diagnostics erased = row_count;
    update settlement.private_salts set salts = salts - places where settlement_id = in_settlement and scope in ('instruction', 'answer/' || in_role);
    -- What was said when the party was confirmed, in the clear.
    update settlement.fact f set body = (f.body::jsonb - in_fields)::text
    from settlement.party p where f.settlement_id = in_settlement and f.kind = 'confirm' and p.id = f.party_id and p.role = in_role;
    return erased;
  end
  $$;
revoke execute on function settlement.erase_fields from public;
grant execute on function settlement.erase_fields to keystone_api;
