-- A result that comes after its check was answered is looked at once. What was there before has been.
alter table compliance.provider_result add column seen_at timestamptz;
update compliance.provider_result set seen_at = made_at;
create index provider_result_unseen on compliance.provider_result (made_at) where seen_at is null;
grant update (seen_at) on compliance.provider_result to keystone_keeper;
