-- Claim iss of the tokens that speak for the credential. Null: the built-in issuer. A credential of another issuer has no secret here, and the other
-- issuer's tokens speak for none of ours, whatever client id they carry.
alter table identity.credential add column issuer text check (length(issuer) between 1 and 255);
