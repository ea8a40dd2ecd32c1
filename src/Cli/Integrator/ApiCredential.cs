namespace Keystone.Cli.Integrator;

/// <summary>Where the API is and who calls it.</summary>
/// <param name="Url">URL of the API.</param>
/// <param name="ClientId">Client id of the credential.</param>
/// <param name="ClientSecret">Its secret.</param>
internal sealed record ApiCredential(Uri Url, string ClientId, string ClientSecret);
