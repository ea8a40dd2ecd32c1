namespace Keystone.Webhooks.Endpoints;

/// <summary>Why an endpoint was not stored.</summary>
public enum EndpointRefusal
{
    /// <summary>The environment has <see cref="EndpointStore.Most"/> endpoints.</summary>
    TooMany,

    /// <summary>Another endpoint of the environment has the URL.</summary>
    UrlTaken,
}
