namespace Keystone.Identity.IpRules;

/// <summary>A network from which the credentials of an environment may be used.</summary>
/// <param name="Id">Id.</param>
/// <param name="Cidr">Network, such as <c>203.0.113.0/24</c> or <c>2001:db8::/32</c>.</param>
/// <param name="Description">For people.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record IpRuleView(Guid Id, string Cidr, string? Description, DateTimeOffset CreatedAt);
