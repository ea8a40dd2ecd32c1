using System.Numerics;
using Keystone.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Postgres;

/// <summary>
/// The one place where the protocol's values meet Postgres: amounts as <c>numeric(78,0)</c>, addresses and hashes as <c>bytea</c> of their
/// exact length, times as <c>timestamptz</c> in UTC.
/// </summary>
public static class TypeMaps
{
    /// <summary>A parameter for a <c>numeric(78,0)</c> column.</summary>
    public static NpgsqlParameter Amount(string name, UInt256? value) =>
        new(name, NpgsqlDbType.Numeric) { Value = value is { } amount ? amount.ToBigInteger() : DBNull.Value };

    /// <summary>A parameter for a 20-byte <c>bytea</c> column.</summary>
    public static NpgsqlParameter Account(string name, Address? value) =>
        new(name, NpgsqlDbType.Bytea) { Value = (object?)value?.ToBytes() ?? DBNull.Value };

    /// <summary>A parameter for a 32-byte <c>bytea</c> column.</summary>
    public static NpgsqlParameter Hash(string name, Hash32? value) =>
        new(name, NpgsqlDbType.Bytea) { Value = (object?)value?.ToBytes() ?? DBNull.Value };

    /// <summary>Reads a <c>numeric(78,0)</c> column exactly.</summary>
    public static UInt256 GetAmount(this NpgsqlDataReader reader, int ordinal)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return UInt256.FromBigInteger(reader.GetFieldValue<BigInteger>(ordinal));
    }

    /// <summary>Reads a 20-byte <c>bytea</c> column.</summary>
    public static Address GetAddress(this NpgsqlDataReader reader, int ordinal)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new Address(reader.GetFieldValue<byte[]>(ordinal));
    }

    /// <summary>Reads a 32-byte <c>bytea</c> column.</summary>
    public static Hash32 GetHash(this NpgsqlDataReader reader, int ordinal)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new Hash32(reader.GetFieldValue<byte[]>(ordinal));
    }
}
