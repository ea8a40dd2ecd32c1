using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.Domain.Tests.Escrow;

/// <summary>The ids of many logs, checked together, are those that each log has by itself.</summary>
public sealed class EscrowIdsTests
{
    const ulong ChainId = 31337;
    static readonly Address Contract = Account(1), Other = Account(2);

    [Fact]
    public void Logs_that_are_checked_together_are_judged_as_one_by_one()
    {
        Random random = new(5);
        int known = 0, refused = 0;
        for (int round = 0; round < 300; round++)
        {
            LogEntry[] logs = [.. Enumerable.Range(0, random.Next(12)).Select(i => Log(random, i))];
            Hash32?[] ids = [.. EscrowLogs.DecodeAll(ChainId, Contract, logs).Select(happened => happened?.Id)];
            Assert.Equal(logs.Select(log => log.Address == Contract && EscrowLogs.TryRead(ChainId, log, out EscrowReading reading) ? reading.Id : (Hash32?)null), ids);
            known += ids.Count(id => id is not null);
            refused += ids.Count(id => id is null);
        }
        Assert.True(known > 400 && refused > 400, $"{known} known, {refused} refused");
    }

    static LogEntry Log(Random random, int index)
    {
        EscrowTerms terms = new(ChainId, Contract,
            new EscrowHeader(Word(random), (ulong)random.Next(), (ulong)random.Next(), Account(random.Next()), Account(random.Next()), Word(random)),
            [.. Enumerable.Range(0, random.Next(1, random.Next(10) == 0 ? 65 : 5)).Select(_ => new EscrowLeg(
                (TokenKind)random.Next(3), (CustodyMode)random.Next(3), Account(random.Next()), Account(random.Next()), Account(random.Next()), Account(random.Next()),
                (UInt256)(ulong)random.NextInt64(), (UInt256)(ulong)random.NextInt64()))]);
        Hash32 id = random.Next(5) == 0 ? Word(random) : terms.Id;
        (Hash32 topic, byte[] data) = random.Next(4) switch
        {
            0 => (EscrowLogs.Executed, AbiValue.Uint((ulong)random.Next()).Encode()),
            _ => (EscrowLogs.Registered, EscrowCalls.Register(terms)[4..]),
        };
        // Cut, or with a byte of another value.
        if (random.Next(5) == 0) data = data[..random.Next(data.Length)];
        else if (random.Next(5) == 0) data[random.Next(data.Length)] ^= (byte)random.Next(256);
        return new LogEntry(random.Next(6) == 0 ? Other : Contract, [topic, id, Word(random, 12)], data, 1, Hash32.Zero, Hash32.Zero, 0, index);
    }

    static Address Account(int number)
    {
        byte[] bytes = new byte[Address.Size];
        BitConverter.TryWriteBytes(bytes, number);
        return new Address(bytes);
    }

    static Hash32 Word(Random random, int zeros = 0)
    {
        byte[] bytes = new byte[Hash32.Size];
        random.NextBytes(bytes.AsSpan(zeros));
        return new Hash32(bytes);
    }
}
