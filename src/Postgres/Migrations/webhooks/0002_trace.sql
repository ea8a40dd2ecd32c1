-- W3C trace context of the work that made the message: its deliveries are spans of that trace. Never sent.
alter table webhooks.message add column traceparent text check (length(traceparent) = 55);
