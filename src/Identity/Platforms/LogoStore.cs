using System.Buffers.Binary;
using Keystone.Identity.Errors;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity.Platforms;

/// <summary>The logo of a platform: a PNG, never a drawing that could hold a script.</summary>
public sealed class LogoStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    /// <summary>Most bytes of a logo.</summary>
    public const int MostBytes = 64 * 1024;

    const int Least = 16, Most = 1024, HeaderBytes = 24;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    const string Select = "select logo from identity.platform where id = $1";

    /// <summary>The image; null when there is none.</summary>
    public async Task<byte[]?> FindAsync(Guid platform, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(Select, platform);
        return await select.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    const string Exists = "select logo is not null from identity.platform where id = $1";

    /// <summary>True when there is one.</summary>
    public async Task<bool> ExistsAsync(Guid platform, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(Exists, platform);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    const string Update = "update identity.platform set logo = $2::bytea, updated_at = $3 where id = $1";

    /// <summary>Sets the image, or takes it away. Null when it is done.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="actor">Who sets it.</param>
    /// <param name="image">PNG of 16 to 1,024 pixels a side; null for none.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<IdentityError?> SetAsync(Guid platform, Actor actor, byte[]? image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return forbidden;
        if (image is not null && !IsLogo(image))
        {
            MemberFaults faults = new();
            faults.Add("logo", "invalid_image", $"Use a PNG of at most {MostBytes} bytes, each side of {Least} to {Most} pixels.");
            return IdentityError.Invalid(faults);
        }
        await using NpgsqlCommand update = Command(Update, platform, image, time.UtcNowMicroseconds());
        await update.ExecuteNonQueryAsync(cancellationToken);
        return null;
    }

    // PNG (ISO/IEC 15948): the signature, then the header chunk with width and height.
    internal static bool IsLogo(ReadOnlySpan<byte> image) =>
        image.Length is >= HeaderBytes and <= MostBytes && image.StartsWith(Signature) && image.Slice(12, 4).SequenceEqual("IHDR"u8)
        && IsSide(BinaryPrimitives.ReadUInt32BigEndian(image[16..])) && IsSide(BinaryPrimitives.ReadUInt32BigEndian(image[20..]));

    static bool IsSide(uint pixels) => pixels is >= Least and <= Most;
}
