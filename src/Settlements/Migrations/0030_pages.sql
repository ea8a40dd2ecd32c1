-- What pages ask for and the API does not: settlements by the time of their end, and by the references of those who read them.
create index settlement_closed on settlement.settlement (closed_at) where closed_at is not null;
create index settlement_reference on settlement.settlement (environment_id, external_reference) where external_reference is not null;
create index settlement_key on settlement.settlement (environment_id, idempotency_key);
create index party_reference on settlement.party (environment_id, external_reference) where external_reference is not null;
