using System.Globalization;
using System.Security.Cryptography;
using Xunit.Abstractions;

namespace Keystone.Testing;

/// <summary>Seed of a random test: a new one in each run, printed; KEYSTONE_FUZZ_SEED repeats one, and KEYSTONE_FUZZ_CASE a single case of it.</summary>
public sealed class FuzzSeed
{
    /// <summary>Prints what is about to run.</summary>
    /// <param name="output">The test's output.</param>
    /// <param name="what">Name of the cases.</param>
    /// <param name="count">Cases of a normal run; a deep run takes a hundred times as many.</param>
    public FuzzSeed(ITestOutputHelper output, string what, int count)
    {
        Value = Setting("KEYSTONE_FUZZ_SEED") ?? RandomNumberGenerator.GetInt32(1, int.MaxValue);
        First = Setting("KEYSTONE_FUZZ_CASE") ?? 0;
        Count = Setting("KEYSTONE_FUZZ_CASE") is not null ? 1 : IsDeep ? count * 100 : count;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} {what}; KEYSTONE_FUZZ_SEED={Value}"));
    }

    /// <summary>True under <c>scripts/test --deep</c>.</summary>
    public static bool IsDeep => Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1";

    /// <summary>The seed.</summary>
    public int Value { get; }

    /// <summary>Number of the first case.</summary>
    public int First { get; }

    /// <summary>How many cases.</summary>
    public int Count { get; }

    /// <summary>Randomness of one case, the same whatever ran before it.</summary>
    public Random Case(int number) => new(HashOf(Value, number));

    /// <summary>Runs each case; what a case throws names the case.</summary>
    public void Run(Action<int, Random> check)
    {
        for (int number = First; number < First + Count; number++)
        {
            try
            {
                check(number, Case(number));
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException(Replay(number), fault);
            }
        }
    }

    /// <summary>How to repeat a case.</summary>
    public string Replay(int number) => string.Create(CultureInfo.InvariantCulture, $"KEYSTONE_FUZZ_SEED={Value} KEYSTONE_FUZZ_CASE={number} repeats this case.");

    static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int number) ? number : null;

    // Neighbouring seeds of the class library's generator begin alike.
    static int HashOf(int seed, int number)
    {
        ulong mixed = ((ulong)(uint)seed << 32 | (uint)number) * 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93;
        return (int)(mixed >> 33);
    }
}
