-- A refusal is held back until this time; the provider is asked again then. It is chosen once for an answer, so that nothing shortens or prolongs it.
alter table compliance.screening add column held_until timestamptz;
