namespace Keystone.Hosting;

/// <summary>A process of the system: its name in logs and metrics, and its default management port.</summary>
/// <param name="Name">Lower-case name.</param>
/// <param name="ManagementPort">Port on 127.0.0.1 when <c>Management:Url</c> is not set.</param>
public sealed record KeystoneService(string Name, int ManagementPort)
{
    /// <summary>The public API.</summary>
    public static KeystoneService Api { get; } = new("api", 9101);

    /// <summary>The mirror of the chain.</summary>
    public static KeystoneService Indexer { get; } = new("indexer", 9102);

    /// <summary>Engine, transaction manager and webhooks.</summary>
    public static KeystoneService Keeper { get; } = new("keeper", 9103);

    /// <summary>All of them in one process.</summary>
    public static KeystoneService Dev { get; } = new("dev", 9100);
}
