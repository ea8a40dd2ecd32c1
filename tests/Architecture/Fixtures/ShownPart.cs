namespace Keystone.Architecture.Fixtures;

/// <summary>Used by a signature of <see cref="ShownType"/>.</summary>
public sealed record ShownPart(int Number);
