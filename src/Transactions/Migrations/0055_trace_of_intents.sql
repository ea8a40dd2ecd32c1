-- A transaction belongs to the trace of the request that made the settlement which wants it, in whichever process it is sent.
alter table transactions.intent add column traceparent text check (length(traceparent) = 55);
