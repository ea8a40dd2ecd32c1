-- An account that carries out the intents which name it, and never goes into service: its key opens nothing else, and the key in service does not open what it opens.
alter table transactions.sender drop constraint sender_status_check;
alter table transactions.sender add constraint sender_status_check check (status in ('standby', 'active', 'draining', 'dedicated', 'retired'));
