namespace Keystone.Client;

/// <summary>How a client reaches the API.</summary>
public sealed record KeystoneClientOptions
{
    /// <summary>Address of the API, such as <c>https://api.keystoneos.xyz</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Address of the token endpoint's host; null when it is <see cref="Url"/>.</summary>
    public Uri? AuthUrl { get; init; }

    /// <summary>Credential.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>API that tokens are asked for; null for the first that the server knows.</summary>
    public string? Audience { get; init; }

    /// <summary>Attempts of a call in all; further ones are made only where a repeat is safe.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Longest pause before another attempt. A longer <c>Retry-After</c> ends the call instead.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
