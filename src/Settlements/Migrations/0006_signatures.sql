-- Signatures of depositors that the keeper relays. Written once, read by the keeper alone: whoever has a signature can use it.
create table settlement.signature (
  id              uuid primary key,
  settlement_id   uuid not null references settlement.settlement (id),
  environment_id  uuid not null references identity.environment (id),   -- whose platform sent it: its quota counts it
  kind            text not null check (kind in ('settle', 'permit2', 'authorization', 'permit')),
  leg_index       int not null check (leg_index between -1 and 63),     -- -1: the whole settlement
  signer          bytea not null check (length(signer) = 20),
  deadline        bigint not null,                                      -- block time, seconds, as signed; of settle: as long as the keeper may use it
  spender         bytea check (length(spender) = 20),                   -- of a permit: who may take
  value           numeric(78,0),                                        -- of a permit: smallest units
  nonce           numeric(78,0),                                        -- of a permit: of the signer at the token
  signature       bytea not null check (length(signature) between 1 and 4096),
  actor           text not null,                                        -- credential that sent it
  created_at      timestamptz not null,
  check ((leg_index = -1) = (kind = 'settle')),
  check ((kind = 'permit') = (spender is not null)),
  check ((kind = 'permit') = (value is not null)),
  check ((kind = 'permit') = (nonce is not null))
);
-- The same again is the same.
create unique index signature_once on settlement.signature (settlement_id, kind, leg_index, signer, deadline, sha256(signature));
create index signature_of_settlement on settlement.signature (settlement_id);
create index signature_of_environment on settlement.signature (environment_id, created_at) where kind <> 'settle';

grant insert on settlement.signature to keystone_api;
grant select (id, settlement_id, environment_id, kind, leg_index, signer, deadline, actor, created_at) on settlement.signature to keystone_api;
grant select on settlement.signature to keystone_keeper;
