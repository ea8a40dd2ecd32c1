using Keystone.Settlements.DepositLinks;

namespace Keystone.Api.Tests;

/// <summary>Where the pages of parties would be; the pages themselves are tested in a browser.</summary>
internal sealed class TestDepositPages : IDepositPages
{
    public Uri UrlOf(string token) => new("https://desk.example.com/deposit#" + token);
}
