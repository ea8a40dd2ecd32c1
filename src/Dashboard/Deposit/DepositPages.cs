using Keystone.Dashboard.Http;
using Keystone.Dashboard.SignIn;
using Keystone.Settlements.DepositLinks;

namespace Keystone.Dashboard.Deposit;

/// <summary>The deposit page is where the pages for people are.</summary>
internal sealed class DepositPages(SignInSurroundings surroundings) : IDepositPages
{
    public Uri UrlOf(string token) => new($"{(surroundings.Origins.Count > 0 ? surroundings.Origins[0] : "http://localhost")}{DashboardPaths.Deposit}#{token}");
}
