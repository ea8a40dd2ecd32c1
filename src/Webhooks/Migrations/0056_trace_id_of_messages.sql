-- What the receiver is told, as Keystone-Trace-Id: only the environment that instructed the settlement, and only the trace of that instruction. Null for nothing.
alter table webhooks.message add column trace_id text check (length(trace_id) = 32);
