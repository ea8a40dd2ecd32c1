namespace Keystone.Webhooks;

/// <summary>A sealed secret does not open: its key is not configured, or it was changed or moved. The message says which and holds no secret.</summary>
public sealed class UnopenedSecretException(string message, Exception? inner = null) : Exception(message, inner);
