namespace Keystone.Dashboard.Http;

/// <summary>Names that the dashboard and the sign-in share.</summary>
public static class DashboardDefaults
{
    /// <summary>Scheme of the members' session cookie.</summary>
    public const string Scheme = "Keystone.Member";

    /// <summary>Claim with the id of the session.</summary>
    public const string SessionClaim = "sid";

    /// <summary>Claim with the id of the member.</summary>
    public const string MemberClaim = "member";
}
