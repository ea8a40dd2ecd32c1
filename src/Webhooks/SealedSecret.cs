namespace Keystone.Webhooks;

/// <summary>An endpoint's secret as it is stored.</summary>
/// <param name="KeyId">Names the key that sealed it.</param>
/// <param name="Bytes">Nonce, tag and ciphertext.</param>
public sealed record SealedSecret(string KeyId, byte[] Bytes)
{
    /// <summary>Without the bytes.</summary>
    public override string ToString() => $"SealedSecret {{ KeyId = {KeyId} }}";
}
