-- What screening compares with lists beside a name. Personal: in the audit trail they are commitments, and they are erased like the others.
alter table settlement.party
  add column date_of_birth text check (date_of_birth ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  add column country text check (country ~ '^[A-Z]{2}$');
alter table settlement.instruction
  add column date_of_birth text check (date_of_birth ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  add column country text check (country ~ '^[A-Z]{2}$');
grant update (date_of_birth, country) on settlement.party to keystone_api;

-- As before, with the two; and what a side said in the instruction of which the settlement was made.
create or replace function settlement.erase_fields(in_settlement uuid, in_role text, in_fields text[], at timestamptz) returns int
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
      date_of_birth = case when 'date_of_birth' = any(in_fields) then null else date_of_birth end,
      country = case when 'country' = any(in_fields) then null else country end,
      wallet_address_hint = case when 'wallet_address_hint' = any(in_fields) then null else wallet_address_hint end,
      counterparty_reference = case when 'counterparty_reference' = any(in_fields) then null else counterparty_reference end,
      updated_at = at
    where settlement_id = in_settlement and role = in_role;
    get diagnostics erased = row_count;
    update settlement.instruction set
      name = case when 'name' = any(in_fields) then null else name end,
      external_reference = case when 'external_reference' = any(in_fields) then '' else external_reference end,
      asset_provider = case when 'asset_provider' = any(in_fields) then null else asset_provider end,
      lei = case when 'lei' = any(in_fields) then null else lei end,
      date_of_birth = case when 'date_of_birth' = any(in_fields) then null else date_of_birth end,
      country = case when 'country' = any(in_fields) then null else country end,
      updated_at = at
    where settlement_id = in_settlement and role = in_role;
    update settlement.private_salts set salts = salts - places where settlement_id = in_settlement and scope in ('instruction', 'answer/' || in_role);
    -- What was said when the party was confirmed, in the clear.
    update settlement.fact f set body = (f.body::jsonb - in_fields)::text
    from settlement.party p where f.settlement_id = in_settlement and f.kind = 'confirm' and p.id = f.party_id and p.role = in_role;
    return erased;
  end
  $$;
