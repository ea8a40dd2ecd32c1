namespace Keystone.Client;

/// <summary>Address and credential with which a client calls the API.</summary>
public sealed record KeystoneClientOptions
{
    /// <summary>URL of the API, for example <c>https://api.keystoneos.xyz</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>URL of the host that issues tokens; null if it is <see cref="Url"/>.</summary>
    public Uri? AuthUrl { get; init; }

    /// <summary>Client id of the credential.</summary>
    public required string ClientId { get; init; }

    /// <summary>Client secret of the credential.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>Audience to request tokens for; null for the server's default.</summary>
    public string? Audience { get; init; }

    /// <summary>Maximum attempts of one call, including the first. A call is repeated only if that is safe.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Maximum delay before a retry. A longer <c>Retry-After</c> ends the call.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
