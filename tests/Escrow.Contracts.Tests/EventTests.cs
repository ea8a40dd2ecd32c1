using System.Buffers.Binary;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>
/// The mirror's decoder (<see cref="EscrowLogs"/>) and the definitions read every event alike. A damaged log may be refused by the mirror alone, never by the
/// definitions alone: what the mirror accepts, an integrator can read.
/// </summary>
public sealed class EventTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_event_of_random_terms_is_read_alike()
    {
        Dictionary<string, int> read = [];
        new FuzzSeed(output, "random terms, every event of each", 400).Run((_, random) =>
        {
            foreach ((ulong chainId, LogEntry log) in Logs(random))
            {
                EscrowEvent? happened = EscrowLogs.Decode(chainId, log);
                Assert.NotNull(happened);
                Assert.Equal(EventText.Of(happened), EventText.ByDefinitions(log));
                read[happened.GetType().Name] = read.GetValueOrDefault(happened.GetType().Name) + 1;
            }
        });
        Assert.Equal(Enum.GetNames<EscrowEventKind>().Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_damaged_logs_the_mirror_refuses_more_and_the_definitions_never()
    {
        Dictionary<string, (int Both, int Neither, int OnlyDefinitions, int OnlyMirror)> counts = [];
        int huge = 0;
        new FuzzSeed(output, "random terms, every event of each damaged in four ways", 40).Run((_, random) =>
        {
            foreach ((ulong chainId, LogEntry log) in Logs(random))
                for (int way = 0; way < 4; way++)
                {
                    if (Damage(random, way, log) is not { } damaged) continue;
                    string? mirror = EscrowLogs.Decode(chainId, damaged) is { } happened ? EventText.Of(happened) : null;
                    if (HasHugeList(damaged))
                    {
                        Assert.Null(mirror);
                        huge++;
                        continue;
                    }
                    string? definitions = EventText.ByDefinitions(damaged);
                    // What both accept, both read alike.
                    if (mirror is not null && definitions is not null) Assert.Equal(mirror, definitions);
                    string kind = EscrowLogs.Decode(chainId, log)!.GetType().Name;
                    (int both, int neither, int only, int ours) = counts.GetValueOrDefault(kind);
                    counts[kind] = (mirror, definitions) switch
                    {
                        (not null, not null) => (both + 1, neither, only, ours),
                        (null, null) => (both, neither + 1, only, ours),
                        (null, _) => (both, neither, only + 1, ours),
                        _ => (both, neither, only, ours + 1),
                    };
                }
        });
        foreach ((string kind, (int both, int neither, int only, int ours)) in counts.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            output.WriteLine($"{kind,-13} {both,5} accepted by both, {neither,5} by neither, {only,5} only by the definitions, {ours} only by the mirror");
        output.WriteLine($"{huge} refused by the mirror and not given to the definitions, which would make a list of as many items as the log says");
        Assert.All(counts, entry => Assert.Equal(0, entry.Value.OnlyMirror));
        Assert.True(counts.Values.Sum(count => count.OnlyDefinitions) > 0, "No damaged log shows what the mirror's decoder is for.");
    }

    /// <summary>Every event of some terms.</summary>
    static IEnumerable<(ulong ChainId, LogEntry Log)> Logs(Random random)
    {
        EscrowTerms terms = RandomTerms.Next(random);
        byte[] header = [.. Header(terms.Header)], reason = RandomTerms.Bytes(random, random.Next(37)), padded = [.. reason, .. new byte[(32 - reason.Length % 32) % 32]];
        int index = random.Next(EscrowTerms.MaxLegs);
        byte[] leg = [.. Number((ulong)index), .. Leg(terms.Legs[random.Next(terms.Legs.Length)])];
        Hash32 account = Topic(RandomTerms.Account(random));
        UInt256 gas = RandomTerms.Amount(random);
        (Hash32[] Topics, byte[] Data)[] all =
        [
            ([EscrowLogs.Registered, terms.Id, account], EscrowCalls.Register(terms)[4..]),
            ([EscrowLogs.Opened, terms.Id, account], [.. header, .. Number(7 * 32), .. Number((ulong)terms.Legs.Length), .. terms.LegHashes.SelectMany(hash => hash.ToBytes())]),
            ([EscrowLogs.Deposited, terms.Id, account], leg),
            ([EscrowLogs.Armed, terms.Id, account], leg),
            ([EscrowLogs.Withdrawn, terms.Id, account], Number((ulong)index)),
            ([EscrowLogs.Disarmed, terms.Id], Number((ulong)index)),
            ([EscrowLogs.Executed, terms.Id, account], Number(RandomTerms.Seconds(random))),
            ([EscrowLogs.Cancelled, terms.Id, account], Number((ulong)random.Next(3))),
            ([EscrowLogs.Refunded, terms.Id, account], Number((ulong)index)),
            ([EscrowLogs.SwapFailed, terms.Id], [.. gas.ToBytes(), .. Number(64), .. Number((ulong)reason.Length), .. padded]),
            ([EscrowLogs.RefundFailed, terms.Id], [.. Number((ulong)index), .. gas.ToBytes(), .. Number(96), .. Number((ulong)reason.Length), .. padded]),
        ];
        foreach ((Hash32[] topics, byte[] data) in all)
            yield return (terms.ChainId, new LogEntry(terms.Contract, [.. topics], data, 1, Hash32.Zero, Hash32.Zero, 0, 0));
    }

    /// <summary>A byte of the data changed, the data cut, a word made huge, or an account topic with dirty padding; null where there is no such place.</summary>
    static LogEntry? Damage(Random random, int way, LogEntry log)
    {
        byte[] data = log.Data.ToArray();
        switch (way)
        {
            case 0:
                data[random.Next(data.Length)] ^= (byte)random.Next(1, 256);
                return log with { Data = data };
            case 1:
                return log with { Data = data[..random.Next(data.Length)] };
            case 2:
                data.AsSpan(random.Next(data.Length / 32) * 32, 32).Fill(0xff);
                return log with { Data = data };
            default:
                if (log.Topics.Length < 3) return null;
                byte[] topic = log.Topics[2].ToBytes();
                topic[random.Next(12)] = 1;
                return log with { Topics = log.Topics.SetItem(2, new Hash32(topic)) };
        }
    }

    /// <summary>True when the word that the definitions take for the number of items is far beyond the data: they would fill the memory.</summary>
    static bool HasHugeList(LogEntry log)
    {
        ReadOnlySpan<byte> data = log.Data.Span;
        long start = 0;
        if (log.Topics[0] == EscrowLogs.Registered) start = WordAt(data, 0);
        else if (log.Topics[0] != EscrowLogs.Opened) return false;
        long count = WordAt(data, start + WordAt(data, start + 6 * 32));
        return count > 4 * EscrowTerms.MaxLegs;
    }

    // What does not fit is no number of items either.
    static long WordAt(ReadOnlySpan<byte> data, long at)
    {
        if (at < 0 || at + 32 > data.Length) return -1;
        UInt256 word = new(data.Slice((int)at, 32));
        return word > (UInt256)uint.MaxValue ? uint.MaxValue : (long)(ulong)word;
    }

    static IEnumerable<byte> Header(EscrowHeader header) =>
    [
        .. header.Ref.ToBytes(), .. Number(header.NotBefore.Seconds), .. Number(header.Deadline.Seconds), .. Topic(header.Operator).ToBytes(), .. Topic(header.Gate).ToBytes(),
        .. header.Commitment.ToBytes(),
    ];

    static IEnumerable<byte> Leg(EscrowLeg leg) =>
    [
        .. Number((ulong)leg.Kind), .. Number((ulong)leg.Mode), .. Topic(leg.Token).ToBytes(), .. Topic(leg.From).ToBytes(), .. Topic(leg.To).ToBytes(),
        .. Topic(leg.RefundTo).ToBytes(), .. leg.TokenId.ToBytes(), .. leg.Amount.ToBytes(),
    ];

    static Hash32 Topic(Address account) => new([.. new byte[12], .. account.ToBytes()]);

    static byte[] Number(ulong value)
    {
        byte[] word = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), value);
        return word;
    }
}
