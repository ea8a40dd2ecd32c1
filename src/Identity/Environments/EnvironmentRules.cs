using System.Globalization;
using Keystone.Identity.Errors;

namespace Keystone.Identity.Environments;

/// <summary>Rules of what may be set in an environment, and by whom.</summary>
static class EnvironmentRules
{
    const int MostOrigins = 16, ShortestTimeout = 60, LongestTimeout = 604_800, LongestHold = 86_400;

    /// <summary>The environment after the changes; faults are added.</summary>
    public static PlatformEnvironmentView Apply(PlatformEnvironmentView now, EnvironmentChanges changes, Actor actor, MemberFaults faults)
    {
        bool free = actor.IsOperator || now.Kind == "sandbox";
        if (now.FourEyes && changes.FourEyes == false && !free) faults.Add("four_eyes", "operator_only", "The operator turns this off for production; one person alone could otherwise do away with the second.");
        if (now.WalletsRequired && changes.WalletsRequired == false && !free) faults.Add("wallets_required", "operator_only", "The operator turns this off for production; one person alone could otherwise do away with the second.");
        return now with
        {
            Name = faults.Text("name", changes.Name) ?? now.Name,
            IsActive = changes.IsActive ?? now.IsActive,
            ApiVersion = faults.Word("api_version", changes.ApiVersion, [.. ApiVersions.All]) ?? now.ApiVersion,
            DefaultTimeoutSeconds = faults.Number("default_timeout_seconds", changes.DefaultTimeoutSeconds, ShortestTimeout, LongestTimeout) ?? now.DefaultTimeoutSeconds,
            RateLimitRpm = Bound("rate_limit_rpm", changes.RateLimitRpm, now.RateLimitRpm) ?? now.RateLimitRpm,
            MaxOpenSettlements = Bound("max_open_settlements", changes.MaxOpenSettlements, now.MaxOpenSettlements) ?? now.MaxOpenSettlements,
            MaxRegistrationsPerHour = Bound("max_registrations_per_hour", changes.MaxRegistrationsPerHour, now.MaxRegistrationsPerHour) ?? now.MaxRegistrationsPerHour,
            FourEyes = changes.FourEyes ?? now.FourEyes,
            WalletsRequired = changes.WalletsRequired ?? now.WalletsRequired,
            DiscloseNameBeforeConfirmation = changes.DiscloseNameBeforeConfirmation ?? now.DiscloseNameBeforeConfirmation,
            ComplianceMinHold = faults.Number("compliance_min_hold", changes.ComplianceMinHold, 0, LongestHold) ?? now.ComplianceMinHold,
            CorsOrigins = changes.CorsOrigins is null ? now.CorsOrigins : Origins(changes.CorsOrigins, now.Kind, faults),
        };

        // They bound what the operator pays for. Above them the operator's settings bound all environments.
        int? Bound(string member, long? wanted, int? present)
        {
            int? bound = faults.Number(member, wanted, 1, 1_000_000);
            if (bound is null || actor.IsOperator || present is null || bound <= present) return bound;
            faults.Add(member, "operator_only", string.Create(CultureInfo.InvariantCulture, $"You may lower it below {present}; the operator raises it."));
            return null;
        }
    }

    static List<string> Origins(IReadOnlyList<string?> wanted, string kind, MemberFaults faults)
    {
        if (wanted.Count > MostOrigins) faults.Add("cors_origins", "too_many", string.Create(CultureInfo.InvariantCulture, $"At most {MostOrigins} are allowed."));
        List<string> origins = [];
        for (int i = 0; i < wanted.Count && i < MostOrigins; i++)
        {
            string member = string.Create(CultureInfo.InvariantCulture, $"cors_origins/{i}");
            if (faults.Text(member, wanted[i], required: true) is not { } text) continue;
            bool good = Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.GetLeftPart(UriPartial.Authority) == text && url.UserInfo.Length == 0
                && (url.Scheme == Uri.UriSchemeHttps || (kind == "sandbox" && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
            if (good) origins.Add(text);
            else faults.Add(member, "invalid_origin", "Use the origin as browsers send it: https://app.example.com, in small letters, without path and without its usual port.");
        }
        return [.. origins.Distinct(StringComparer.Ordinal)];
    }
}
