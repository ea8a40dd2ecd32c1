namespace Keystone.Cli;

/// <summary>A command cannot do what it was asked; the message is for the person who typed it.</summary>
internal sealed class CommandFault(string message, Exception? inner = null) : Exception(message, inner);
