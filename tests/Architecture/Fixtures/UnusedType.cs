namespace Keystone.Architecture.Fixtures;

/// <summary>A public type that nobody names.</summary>
public sealed class UnusedType;
