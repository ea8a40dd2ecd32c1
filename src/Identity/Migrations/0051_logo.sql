-- A platform's own logo, a PNG that its members see at the top of their pages.
alter table identity.platform
  add column logo bytea check (length(logo) between 1 and 65536),
  drop constraint platform_setup_step_check,
  add constraint platform_setup_step_check check (setup_step in ('platform', 'logo', 'invite', 'credential', 'webhook', 'done'));

grant update (logo) on identity.platform to keystone_api;
