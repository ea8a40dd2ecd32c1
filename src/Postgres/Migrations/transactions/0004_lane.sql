-- Whose intent it is, as its owner says: intents are served in turn by lane. Null: a lane of its own for all of them.
alter table transactions.intent add column lane uuid;
