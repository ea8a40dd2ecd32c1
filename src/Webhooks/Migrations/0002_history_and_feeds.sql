-- Numbers of each environment's feed, deliveries that were asked for again, and options of endpoints.
create table webhooks.feed (
  environment_id  uuid primary key references identity.environment (id),
  position        bigint not null                                  -- of the last message of the environment's feed
);

-- Number in the feed of its environment, from 1 without gaps: the publisher's own number would tell a reader how much others are sent. Null for a test
-- message, which is its endpoint's alone.
alter table webhooks.message add column feed_position bigint;
update webhooks.message m set feed_position = n.position
from (select id, row_number() over (partition by environment_id order by position) as position
      from webhooks.message where position is not null and type <> 'webhook.test') n where n.id = m.id;
create unique index message_feed on webhooks.message (environment_id, feed_position) where feed_position is not null;
insert into webhooks.feed (environment_id, position)
select environment_id, max(feed_position) from webhooks.message where feed_position is not null group by environment_id;
-- For strict order, and for what is asked for again.
create index message_settlement_position on webhooks.message (settlement_id, position) where settlement_id is not null;
create index message_environment_created on webhooks.message (environment_id, created_at);

-- One delivery of a message to an endpoint, and any number that were asked for again, of which one waits at most.
alter table webhooks.delivery add column is_replay boolean not null default false;
alter table webhooks.delivery drop constraint delivery_message_id_endpoint_id_key;
create unique index delivery_once on webhooks.delivery (message_id, endpoint_id) where not is_replay;
create unique index delivery_replay on webhooks.delivery (message_id, endpoint_id) where is_replay and status = 'waiting';
create index delivery_endpoint_newest on webhooks.delivery (endpoint_id, created_at desc, id desc);
create index delivery_waiting_of_endpoint on webhooks.delivery (endpoint_id, due_at) where status = 'waiting';

alter table webhooks.delivery_attempt add column url text;         -- where it went; the endpoint's own may have changed since

alter table webhooks.endpoint
  add column strict_order     boolean not null default false,      -- the next message of a settlement waits for the one before
  add column mutual_tls       boolean not null default false,      -- the sender shows its certificate
  add column last_failure_at  timestamptz;                         -- hours without any attempt are no hours of failure

grant select on webhooks.feed to keystone_api;
grant select, insert, update on webhooks.feed to keystone_keeper;
grant delete on webhooks.message, webhooks.delivery, webhooks.delivery_attempt to keystone_keeper;
grant update (last_failure_at) on webhooks.endpoint to keystone_keeper;

-- The deliveries of a message that is deleted go with it, in one statement.
alter table webhooks.delivery drop constraint delivery_message_id_fkey;
alter table webhooks.delivery add constraint delivery_message_id_fkey foreign key (message_id) references webhooks.message (id) on delete cascade;
