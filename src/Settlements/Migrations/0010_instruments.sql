-- Instruments are managed over the API: a platform names, renames and forgets its own words for tokens. What the chain says of a token is not for it to change.
alter table settlement.instrument add column isin text check (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$');      -- ISO 6166
alter table settlement.instrument add column token_id numeric(78,0) check (token_id >= 0);               -- the one token that the symbol stands for; null: legs name it
alter table settlement.instrument add check (registered or (isin is null and token_id is null));

create unique index instrument_isin on settlement.instrument (environment_id, chain_id, isin) where registered;

grant update (symbol, claimed_symbol, registered, isin, token_id) on settlement.instrument to keystone_api;
