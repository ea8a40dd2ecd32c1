using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum;

namespace Keystone.Settlements.Audit;

/// <summary>
/// Commits to private fields: what is hashed for ever holds no name, wallet or reference, and one field can be disclosed or erased without the others. Each has a
/// random salt of its own, and an absent value is committed to like any other, so that a commitment does not show whether there is a value.
/// </summary>
internal sealed class PrivateFields
{
    readonly JsonObject _salts = [];

    /// <summary>Commits to a field with a new random salt; 0x and 64 hexadecimal digits.</summary>
    /// <param name="role">Role of the party; empty for the settlement itself.</param>
    /// <param name="field">Name of the field.</param>
    /// <param name="value">The value; null when there is none.</param>
    public string Commit(string role, string field, string? value)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(32);
        _salts[Place(role, field)] = Hex.Encode(salt);
        return Hex.Encode(CommitmentOf(salt, role, field, value));
    }

    /// <summary>All salts in JSON, by <see cref="Place"/>; for the table of salts, which no reader sees.</summary>
    public string Salts => CanonicalJson.Of(_salts);

    /// <summary>Name of a field's salt.</summary>
    public static string Place(string role, string field) => $"{role}/{field}";

    /// <summary>SHA-256 over the salt and the UTF-8 bytes of <c>[role, field, value]</c> in canonical JSON (RFC 8785).</summary>
    public static byte[] CommitmentOf(byte[] salt, string role, string field, string? value) =>
        SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(CanonicalJson.Of(new JsonArray(role, field, value)))]);
}
