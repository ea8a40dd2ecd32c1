-- Lists that screening used, kept by their hash; what each check rested on; changes of lists and the live settlements that they touch.
create table compliance.list_file (
  hash       bytea primary key check (length(hash) = 32),
  source     text not null,
  format     text not null,
  published  timestamptz,
  reader     int not null,
  entries    int not null,
  names      int not null,
  wallets    int not null,
  size       bigint not null,
  content    bytea not null,
  loaded_at  timestamptz not null
);

-- The file of each source that was accepted last.
create table compliance.list_source (
  source      text primary key,
  hash        bytea not null references compliance.list_file (hash),
  written_at  timestamptz not null,
  updated_at  timestamptz not null
);

-- All lists that one check consulted together.
create table compliance.list_set (
  hash     bytea not null check (length(hash) = 32),
  source   text not null,
  format   text not null,
  file     bytea not null references compliance.list_file (hash),
  made_at  timestamptz not null,
  primary key (hash, source)
);

-- Every answer that was given, also those of a screening that was asked again; never changed.
create table compliance.answer (
  id             uuid primary key,
  screening_id   uuid not null,
  settlement_id  uuid not null references settlement.settlement (id),
  party_id       uuid not null references settlement.party (id),
  layer          text not null check (layer in ('entity', 'wallet')),
  round          int not null,
  status         text not null check (status in ('pass', 'flagged', 'fail')),
  provider_ref   text,
  list_hash      bytea,
  evidence       text,
  answered_at    timestamptz not null
);
create index answer_settlement on compliance.answer (settlement_id, answered_at);
create index answer_list on compliance.answer (list_hash, answered_at);

-- A change of a list: how many entries came, went and changed, and how far the live settlements have been compared with it.
create table compliance.list_change (
  id           uuid primary key,
  source       text not null,
  before_hash  bytea references compliance.list_file (hash),
  after_hash   bytea not null references compliance.list_file (hash),
  added        int not null,
  removed      int not null,
  changed      int not null,
  made_at      timestamptz not null,
  cursor       uuid not null default '00000000-0000-0000-0000-000000000000',
  parties      bigint not null default 0,
  finished_at  timestamptz
);
create index list_change_open on compliance.list_change (made_at) where finished_at is null;
create index list_change_newest on compliance.list_change (made_at desc, id);

-- Entries of a change: id in the list, and what became of it.
create table compliance.list_change_entry (
  change  uuid not null references compliance.list_change (id) on delete cascade,
  entry   text not null,
  action  text not null check (action in ('added', 'removed', 'changed')),
  names   text not null,
  primary key (change, entry)
);

-- Live settlements that an entry of a change touched.
create table compliance.list_change_hit (
  change         uuid not null references compliance.list_change (id) on delete cascade,
  settlement_id  uuid not null references settlement.settlement (id),
  party_id       uuid not null references settlement.party (id),
  layer          text not null check (layer in ('entity', 'wallet')),
  entry          text not null,
  action         text not null check (action in ('added', 'removed', 'changed')),
  made_at        timestamptz not null,
  primary key (change, settlement_id, party_id, layer, entry)
);

-- Answers that providers sent by themselves, each once.
create table compliance.provider_result (
  layer       text not null check (layer in ('entity', 'wallet')),
  reference   text not null,
  sequence    bigint not null,
  check_id    uuid not null,
  body        text not null,
  made_at     timestamptz not null,
  primary key (layer, reference, sequence)
);
create index provider_result_check on compliance.provider_result (check_id);

grant select on compliance.answer, compliance.list_file, compliance.list_source, compliance.list_set, compliance.list_change, compliance.list_change_entry, compliance.list_change_hit,
  compliance.provider_result to keystone_keeper, keystone_api;
grant insert on compliance.answer, compliance.list_file, compliance.list_set, compliance.list_change_entry, compliance.list_change_hit to keystone_keeper;
grant insert, update on compliance.list_source, compliance.list_change to keystone_keeper;
grant delete on compliance.list_file, compliance.list_set to keystone_keeper;
grant insert on compliance.provider_result to keystone_api;
