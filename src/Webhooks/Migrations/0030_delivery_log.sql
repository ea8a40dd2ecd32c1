-- Deliveries of one settlement and of one environment, as pages list them.
create index message_of_settlement on webhooks.message (settlement_id) where settlement_id is not null;
create index message_of_environment on webhooks.message (environment_id, created_at desc);
create index delivery_of_endpoint on webhooks.delivery (endpoint_id, created_at desc);
