namespace Keystone.Dashboard.SignIn;

/// <summary>
/// Port of a system of one machine: members who sign in by a link alone, as often as they like. Registered by what a checkout starts and by tests; elsewhere there is no such
/// path.
/// </summary>
public interface ISandboxMembers
{
    /// <summary>The member of a link; null when there is none.</summary>
    /// <param name="token">Of the link.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    Task<SandboxMember?> FindAsync(string token, CancellationToken cancellationToken);
}
