namespace Keystone.Api.Reporting;

/// <summary>Documents that the answer is XML.</summary>
internal sealed record XmlMetadata;
