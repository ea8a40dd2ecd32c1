-- All intents of one settlement, whatever their purpose.
create index intent_of_subject on transactions.intent (chain_id, subject);
