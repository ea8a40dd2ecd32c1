-- What a token calls itself is its own word: a symbol is taken only from tokens that an operator has registered. The others are known by their
-- address alone, and several of them may claim one symbol.
alter table settlement.instrument add column registered boolean not null default true;
alter table settlement.instrument drop constraint instrument_environment_id_chain_id_symbol_key;
create unique index instrument_symbol on settlement.instrument (environment_id, chain_id, symbol) where registered;
