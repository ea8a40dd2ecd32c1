using System.Data;
using System.Numerics;
using Dapper;
using Keystone.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Storage.Postgres;

/// <summary>
/// The one place where the protocol's values meet Postgres: amounts as <c>numeric(78,0)</c>, addresses and hashes as <c>bytea</c> of their
/// exact length, times as <c>timestamptz</c> in UTC.
/// </summary>
/// <remarks>Dapper's own reading of a large numeric as <see cref="BigInteger"/> gives 0 without an error; hence handlers of our own.</remarks>
public static class TypeMaps
{
    static int _registered;

    /// <summary>Registers the handlers with Dapper, once for the process.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 1)
            return;
        SqlMapper.AddTypeHandler(new UInt256Handler());
        SqlMapper.AddTypeHandler(new AddressHandler());
        SqlMapper.AddTypeHandler(new Hash32Handler());
        SqlMapper.AddTypeHandler(new DateTimeOffsetHandler());
    }

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

    sealed class UInt256Handler : SqlMapper.TypeHandler<UInt256>
    {
        public override void SetValue(IDbDataParameter parameter, UInt256 value)
        {
            ((NpgsqlParameter)parameter).NpgsqlDbType = NpgsqlDbType.Numeric;
            parameter.Value = value.ToBigInteger();
        }

        // Npgsql hands a numeric to Dapper as decimal, which ends at 29 digits: refuse rather than lose digits.
        public override UInt256 Parse(object value) => value switch
        {
            BigInteger number => UInt256.FromBigInteger(number),
            decimal number when decimal.IsInteger(number) => UInt256.FromBigInteger(new BigInteger(number)),
            string digits => UInt256.Parse(digits),
            _ => throw new DataException($"An amount was read as {value?.GetType().Name ?? "null"}: select it as text, or read it by GetAmount."),
        };
    }

    sealed class AddressHandler : SqlMapper.TypeHandler<Address>
    {
        public override void SetValue(IDbDataParameter parameter, Address value)
        {
            parameter.DbType = DbType.Binary;
            parameter.Value = value.ToBytes();
        }

        public override Address Parse(object value) => new((byte[])value);
    }

    sealed class Hash32Handler : SqlMapper.TypeHandler<Hash32>
    {
        public override void SetValue(IDbDataParameter parameter, Hash32 value)
        {
            parameter.DbType = DbType.Binary;
            parameter.Value = value.ToBytes();
        }

        public override Hash32 Parse(object value) => new((byte[])value);
    }

    sealed class DateTimeOffsetHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset time => time.ToUniversalTime(),
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => throw new DataException($"A time was read as {value?.GetType().Name ?? "null"}."),
        };
    }
}
