using System.Diagnostics;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Tests.Abi;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Corrupted;

/// <summary>Bytes that others send are read or refused by name, in time and memory that their own length bounds.</summary>
public sealed class CorruptedBytesTests(ITestOutputHelper output)
{
    // Per byte of input; an item of one byte may become an object, and a name in a path.
    const int BytesPerByte = 400;
    const int BytesAnyway = 200_000;

    [Fact]
    public void ABI_values() => Run("ABI encodings", 20_000, (random, refused) =>
    {
        AbiShape shape = AbiShape.Tuple(Shape(random, 3), Shape(random, 3));
        byte[] bytes = Corrupt(random, Value(random, shape).Encode());
        Bounded(bytes.Length, () =>
        {
            try
            {
                AbiReader reader = new(bytes);
                // One encoding has one meaning: what was read says the same when it is written and read again.
                byte[] again = shape.ReadMembers(ref reader).Encode();
                AbiReader second = new(again);
                Assert.Equal(again, shape.ReadMembers(ref second).Encode());
            }
            catch (AbiException fault)
            {
                Assert.InRange(fault.Offset, 0, bytes.Length);
                refused();
            }
        });
    });

    void Run(string what, int count, Action<Random, Action> check)
    {
        FuzzSeed seed = new(output, what, count);
        int refused = 0;
        long started = Stopwatch.GetTimestamp();
        seed.Run((_, random) =>
        {
            long begin = Stopwatch.GetTimestamp();
            check(random, () => refused++);
            // Far above what any takes, and far below what a loop without an end would.
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), "It took too long.");
        });
        output.WriteLine($"{refused} refused, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        if (seed.Count > 1) Assert.InRange(refused, seed.Count / 10, seed.Count);
    }

    static void Bounded(int length, Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        read();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= BytesAnyway + (long)length * BytesPerByte, $"{taken} bytes were taken for {length}.");
    }

    static byte[] Corrupt(Random random, byte[] sound)
    {
        byte[] bytes = random.Next(4) == 0 ? sound[..random.Next(sound.Length + 1)] : (byte[])sound.Clone();
        for (int changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.AsSpan(at, Math.Min(random.Next(33), bytes.Length - at)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0); break;
                default: bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(random.Next(bytes.Length))]; break;
            }
        }
        return bytes;
    }

    static AbiShape Shape(Random random, int depth)
    {
        string[] elementary = ["uint8", "uint64", "uint256", "address", "bool", "bytes32", "bytes", "string"];
        if (depth == 0 || random.Next(2) == 0) return AbiShape.Of(elementary[random.Next(elementary.Length)]);
        if (random.Next(3) == 0) return AbiShape.Tuple([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Shape(random, depth - 1))]);
        AbiShape item = Shape(random, depth - 1);
        int? length = random.Next(2) == 0 ? random.Next(1, 4) : null;
        return new AbiShape($"{item.Name}[{length}]", item, length, []);
    }

    static AbiValue Value(Random random, AbiShape shape)
    {
        byte[] bytes = new byte[32];
        random.NextBytes(bytes);
        if (shape.Item is { } item)
        {
            AbiValue[] items = [.. Enumerable.Range(0, shape.Length ?? random.Next(4)).Select(_ => Value(random, item))];
            return shape.Length is null ? AbiValue.Array(items) : AbiValue.Tuple(items);
        }
        return shape.Name switch
        {
            "tuple" => AbiValue.Tuple([.. shape.Members.Select(member => Value(random, member))]),
            "uint8" => AbiValue.Uint(bytes[0]),
            "uint64" => AbiValue.Uint(BitConverter.ToUInt64(bytes)),
            "uint256" => AbiValue.Uint(new UInt256(bytes)),
            "address" => AbiValue.Address(new Address(bytes.AsSpan(0, 20))),
            "bool" => AbiValue.Bool(bytes[0] > 127),
            "bytes32" => AbiValue.Bytes32(new Hash32(bytes)),
            "bytes" => AbiValue.Bytes(bytes[..random.Next(33)]),
            _ => AbiValue.String(Convert.ToHexStringLower(bytes)[..random.Next(65)]),
        };
    }
}
