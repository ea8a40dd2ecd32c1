namespace Keystone.Api.Events;

/// <summary>Documents that the answer is a stream of server-sent events where the caller asks for one.</summary>
internal sealed record StreamMetadata;
