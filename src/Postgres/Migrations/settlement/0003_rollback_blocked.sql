-- A refund was refused several times: somebody has to look, and platforms were told once.
alter table settlement.settlement add column rollback_blocked boolean not null default false;
