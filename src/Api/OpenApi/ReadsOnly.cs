namespace Keystone.Api.OpenApi;

/// <summary>Marks an endpoint that stores nothing although its method could: it has no entry in the activity log.</summary>
internal sealed class ReadsOnly;
