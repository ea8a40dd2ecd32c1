using Keystone.Ethereum;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>What was written by COPY is read by the driver's own reader.</summary>
public sealed class BinaryCopyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static readonly Hash32 Word = Keccak256.Hash([1]);
    static readonly Address Account = new(Word.ToBytes()[12..]);

    public static TheoryData<string> Amounts => new(
        "0", "1", "9999", "10000", "10001", "100000000", "18446744073709551616", "340282366920938463463374607431768211456", "50000000000000000000000000000000000000000",
        UInt256.MaxValue.ToString());

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task Amounts_come_back_to_the_last_digit(string digits)
    {
        UInt256 amount = UInt256.Parse(digits);
        await using NpgsqlConnection connection = await OpenAsync("amount numeric(78,0), none numeric(78,0)");
        await using (BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default))
        {
            await copy.StartRowAsync(2, default);
            copy.Write(amount);
            copy.Write((UInt256?)null);
            await copy.CompleteAsync(default);
        }
        await using NpgsqlCommand command = new("select amount, amount::text, none is null from t", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal(amount, reader.GetAmount(0));
        Assert.Equal(digits, reader.GetString(1));
        Assert.True(reader.GetBoolean(2));
    }

    [Fact]
    public async Task Every_type_comes_back()
    {
        await using NpgsqlConnection connection = await OpenAsync(
            "hash bytea, account bytea, large bigint, small smallint, number int, yes boolean, words text, many bytea[], no bytea[], data bytea, empty bytea, h bytea, a bytea, l bigint, n int");
        byte[] data = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)i)];
        await using (BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default))
        {
            for (int row = 0; row < 3; row++)
            {
                await copy.StartRowAsync(15, default);
                copy.Write(Word);
                copy.Write(Account);
                copy.Write(long.MinValue);
                copy.WriteSmall(-2);
                copy.WriteInteger(int.MaxValue);
                copy.Write(true);
                copy.Write("größer");
                copy.Write([Word, Hash32.Zero]);
                copy.Write(ReadOnlySpan<Hash32>.Empty);
                copy.Write(data);
                copy.Write(ReadOnlySpan<byte>.Empty);
                copy.Write((Hash32?)null);
                copy.Write((Address?)null);
                copy.Write((long?)null);
                copy.WriteNull();
            }
            await copy.CompleteAsync(default);
        }
        await using NpgsqlCommand command = new("select * from t", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int rows = 0;
        for (; await reader.ReadAsync(); rows++)
        {
            Assert.Equal(Word, reader.GetHash(0));
            Assert.Equal(Account, reader.GetAddress(1));
            Assert.Equal(long.MinValue, reader.GetInt64(2));
            Assert.Equal(-2, reader.GetInt16(3));
            Assert.Equal(int.MaxValue, reader.GetInt32(4));
            Assert.True(reader.GetBoolean(5));
            Assert.Equal("größer", reader.GetString(6));
            Assert.Equal([Word.ToBytes(), Hash32.Zero.ToBytes()], reader.GetFieldValue<byte[][]>(7));
            Assert.Empty(reader.GetFieldValue<byte[][]>(8));
            Assert.Equal(data, reader.GetFieldValue<byte[]>(9));
            Assert.Empty(reader.GetFieldValue<byte[]>(10));
            for (int i = 11; i < 15; i++) Assert.True(reader.IsDBNull(i));
        }
        Assert.Equal(3, rows);
    }

    [Fact]
    public async Task Composite_values_and_arrays_of_them_come_back()
    {
        await using NpgsqlConnection connection = await OpenAsync("legs chain.leg[], words text[], none chain.leg[]");
        await using NpgsqlCommand number = new("select 'chain.leg'::regtype::oid", connection);
        uint leg = (uint)(await number.ExecuteScalarAsync())!;
        await using (BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default))
        {
            // More than one piece, so that a value's length is known before its piece is sent.
            for (int row = 0; row < 2_000; row++)
            {
                await copy.StartRowAsync(3, default);
                copy.StartArray(leg, 2);
                for (int i = 0; i < 2; i++)
                {
                    copy.StartRecord(13);
                    copy.Field(PostgresType.Bytea).Write(Account);
                    copy.Field(PostgresType.Numeric).Write(UInt256.One);
                    copy.Field(PostgresType.Numeric).Write(UInt256.MaxValue);
                    for (int j = 0; j < 3; j++) copy.Field(PostgresType.Bytea).Write((Address?)null);
                    copy.Field(PostgresType.Text).Write("armed");
                    copy.Field(PostgresType.Bigint).Write(row);
                    copy.Field(PostgresType.Bytea).Write(Word);
                    copy.Field(PostgresType.Integer).WriteInteger(i);
                    copy.Field(PostgresType.Bigint).Write((long?)null);
                    copy.Field(PostgresType.Bytea).Write((Hash32?)null);
                    copy.Field(PostgresType.Integer).WriteNull();
                    copy.End();
                }
                copy.End();
                copy.StartArray((uint)PostgresType.Text, 1);
                copy.Write("größer");
                copy.End();
                copy.StartArray(leg, 0);
                copy.End();
            }
            await copy.CompleteAsync(default);
        }
        await using NpgsqlCommand command = new("""
            select count(*)::int from t where legs[1] = row($1, 1, $2::numeric, null, null, null, 'armed', legs[2].block, $3, 0, null, null, null)::chain.leg and legs[2].log_index = 1
              and cardinality(legs) = 2 and words = array['größer'] and none = '{}'
            """, connection)
        {
            Parameters = { new() { Value = Account.ToBytes() }, new() { Value = UInt256.MaxValue.ToString() }, new() { Value = Word.ToBytes() } },
        };
        Assert.Equal(2_000, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_composite_value_of_another_type_is_refused()
    {
        await using NpgsqlConnection connection = await OpenAsync("legs chain.leg[]");
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default);
            await copy.StartRowAsync(1, default);
            copy.StartArray((uint)PostgresType.Text, 1);
            copy.Write("no leg");
            copy.End();
            await copy.CompleteAsync(default);
        });
        Assert.Equal(PostgresErrorCodes.DatatypeMismatch, refused.SqlState);
    }

    [Fact]
    public async Task What_was_not_completed_is_not_there_and_the_connection_goes_on()
    {
        await using NpgsqlConnection connection = await OpenAsync("number int");
        await using (BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default))
        {
            await copy.StartRowAsync(1, default);
            copy.WriteInteger(1);
        }
        await using NpgsqlCommand command = new("select count(*) from t", connection);
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_row_that_a_check_refuses_is_reported_and_the_connection_goes_on()
    {
        await using NpgsqlConnection connection = await OpenAsync("number int check (number > 0)");
        await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, "copy t from stdin (format binary)", default);
            await copy.StartRowAsync(1, default);
            copy.WriteInteger(-1);
            await copy.CompleteAsync(default);
        });
        await using NpgsqlCommand command = new("select count(*) from t", connection);
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    async Task<NpgsqlConnection> OpenAsync(string columns)
    {
        NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await using NpgsqlCommand command = new($"drop table if exists t; create temporary table t ({columns})", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
