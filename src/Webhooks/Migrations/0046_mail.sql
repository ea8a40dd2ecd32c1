-- E-mail for people: a row for each thing that one person is told of, and the mail that told it. Holds no text: that is made of kind and ids when it is sent.
create table webhooks.mail (
  id              uuid primary key,
  kind            text not null check (kind in ('deadline_near', 'refund_blocked', 'review_waiting', 'endpoint_disabled', 'low_balance')),
  subject         text not null,                                   -- what it is about; a person is told once
  recipient       text not null,
  environment_id  uuid references identity.environment (id),       -- null: the operator's
  settlement_id   uuid,
  status          text not null default 'waiting' check (status in ('waiting', 'sending', 'sent', 'unknown', 'failed')),
  attempts        int not null default 0,
  due_at          timestamptz not null,
  claimed_until   timestamptz,
  letter          uuid,                                            -- the mail that told it, which may tell several things of a kind
  last_error      text,
  created_at      timestamptz not null,
  sent_at         timestamptz,
  unique (kind, subject, recipient)
);
create index mail_due on webhooks.mail (due_at) where status = 'waiting';
create index mail_of_person on webhooks.mail (recipient, kind, sent_at);
create index mail_letter on webhooks.mail (letter) where status = 'sending';

-- One row: the last message of which mail was made. What was published before is nobody's news.
create table webhooks.mail_cursor (
  singleton  boolean primary key default true check (singleton),
  position   bigint not null
);
insert into webhooks.mail_cursor (position) select position from webhooks.publisher;

grant select, insert, update, delete on webhooks.mail to keystone_keeper;
grant select, update on webhooks.mail_cursor to keystone_keeper;
