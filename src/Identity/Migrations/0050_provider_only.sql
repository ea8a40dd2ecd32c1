-- A platform's manager requires the external provider on the page of the settings.
grant update (external_sign_in_only) on identity.platform to keystone_api;
