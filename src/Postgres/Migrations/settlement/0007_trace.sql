-- W3C trace context of the request that made the settlement, where it was recorded; null otherwise. Never shown and never sent.
alter table settlement.settlement add column traceparent text check (length(traceparent) = 55);
