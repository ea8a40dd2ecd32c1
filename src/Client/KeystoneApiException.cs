using System.Net;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>The API refused a call.</summary>
public sealed class KeystoneApiException : Exception
{
    internal KeystoneApiException(HttpStatusCode status, string code, string detail, Problem? problem, TimeSpan? retryAfter)
        : base($"{(int)status} {code}: {detail}") => (Status, Code, Problem, RetryAfter) = (status, code, problem, retryAfter);

    /// <summary>HTTP status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>Stable name of the error; of the token endpoint, its <c>error</c>.</summary>
    public string Code { get; }

    /// <summary>The problem document; null when the answer had none, as of the token endpoint or of a proxy in between.</summary>
    public Problem? Problem { get; }

    /// <summary>Wait that the server asked for; null when it asked for none.</summary>
    public TimeSpan? RetryAfter { get; }
}
