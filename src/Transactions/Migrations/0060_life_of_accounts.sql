-- The life of an account: one account is in service on a chain, and those before it end what they began.
alter table transactions.sender
  add column status       text not null default 'standby' check (status in ('standby', 'active', 'draining', 'retired')),
  add column status_at    timestamptz not null default now(),
  add column key_seen_at  timestamptz;
update transactions.sender s set status = case when s.address = (
    select l.address from transactions.sender l where l.chain_id = s.chain_id order by l.expires_at desc, l.epoch desc, l.address limit 1) then 'active' else 'draining' end;
create unique index sender_active on transactions.sender (chain_id) where status = 'active';

alter table transactions.intent
  add column sender   bytea check (length(sender) = 20),
  add column only_by  bytea check (length(only_by) = 20);
-- What a transaction carries that is not final belongs to the account of that transaction.
update transactions.intent i set sender = open.sender
from (select l.intent_id, (array_agg(n.sender order by n.created_at desc))[1] as sender
      from transactions.nonce n join transactions.nonce_intent l using (chain_id, sender, nonce) where n.final_at is null group by l.intent_id) open
where open.intent_id = i.id;

grant select on transactions.sender to keystone_api;
