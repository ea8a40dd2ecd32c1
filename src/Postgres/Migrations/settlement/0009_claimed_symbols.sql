-- The symbol of a token is the word of the environment that registered it; what the contract calls itself is kept apart and proves nothing.
alter table settlement.instrument add column claimed_symbol text;
alter table settlement.instrument alter column symbol drop not null;
update settlement.instrument set claimed_symbol = symbol, symbol = null where not registered;
alter table settlement.instrument add constraint instrument_registered_symbol check (registered = (symbol is not null));
