using System.Diagnostics;
using System.Globalization;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>A flood of one tenant, by the clock of another. Both times are measured in one run, on one machine: their ratio is the promise, neither time is.</summary>
/// <remarks>
/// With <c>--deep</c> only: the flood has 500 settlements of 64 legs, and the bound is twice the usual time. A normal run shares its two cores with other suites, so that
/// neither time is the tenant's alone there; in it the turns are shown by their order (<c>EngineTurnTests</c>, <c>IntentOrderTests</c>, <c>ScreeningStoreTests</c>). The
/// usual time is measured before and after, and the longer one counts.
/// </remarks>
public sealed class FairnessTests(ITestOutputHelper output)
{
    const int Legs = 64, Measured = 7, Least = 3, Writers = 4, Flood = 500;

    [FactOfADeepRun]
    public async Task A_flood_of_one_tenant_costs_another_at_most_twice_its_usual_time_to_registration()
    {
        await using LocalSystem system = await LocalSystem.StartAsync();
        using PlatformClient flooding = await PlatformClient.SignInAsync(system.File.ApiUrl, system.File.Platform("platform-a"), CancellationToken.None);
        using PlatformClient other = await PlatformClient.SignInAsync(system.File.ApiUrl, system.File.Platform("platform-b"), CancellationToken.None);
        Request request = new(system.File);
        // The first one of a system pays for what is compiled and opened for the first time.
        await RegisterAsync(other, request);
        TimeSpan[] usual = await MeasureAsync(other, request, () => Task.FromResult(false));

        List<string> made = [];
        Task flood = Parallel.ForAsync(0, Flood, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, cancellationToken) =>
        {
            Settlement one = await flooding.CreateAsync(request.Of(Legs), cancellationToken);
            lock (made) made.Add(one.Id.ToString());
        });
        // It is under way, and the keeper is behind.
        while (!flood.IsCompleted && made.Count < Flood / 8) await Task.WhenAny(flood, Task.Delay(50));
        _stages.Clear();
        // What counts was measured within the flood.
        TimeSpan[] flooded = await MeasureAsync(other, request, async () => flood.IsCompleted && await IsRegisteredAsync(flooding, made[^1]));
        Assert.True(flooded.Length >= Least, $"The flood of {Flood} was over after {flooded.Length} measurements: it has to be larger on this machine.");
        string stages = string.Join("; ", _stages.Select(stage => string.Create(CultureInfo.InvariantCulture, $"to {stage.Key} {stage.Value.Average():0.00} s")));
        await flood;
        await RegisteredAsync(flooding, made);
        TimeSpan[] again = await MeasureAsync(other, request, () => Task.FromResult(false));

        (TimeSpan before, TimeSpan within) = (new[] { Median(usual), Median(again) }.Max(), Median(flooded));
        string said = string.Create(CultureInfo.InvariantCulture,
            $"{Flood} settlements of {Legs} legs beside it: {within.TotalSeconds:0.00} s instead of {before.TotalSeconds:0.00} s, {within / before:0.00} times; all: {Text(flooded)} instead of {Text(usual)} and {Text(again)}; {stages}");
        output.WriteLine(said);
        Assert.True(within <= 2 * before, said);
    }

    // Seconds from each state to the next, of what was measured last: where the time goes.
    readonly Dictionary<string, List<double>> _stages = [];

    async Task<TimeSpan[]> MeasureAsync(PlatformClient platform, Request request, Func<Task<bool>> isOver)
    {
        List<TimeSpan> times = [];
        while (times.Count < Measured)
        {
            TimeSpan took = await RegisterAsync(platform, request);
            if (await isOver()) break;
            times.Add(took);
        }
        return [.. times];
    }

    /// <summary>From the request to the answer that says that deposits are awaited.</summary>
    async Task<TimeSpan> RegisterAsync(PlatformClient platform, Request request)
    {
        long begun = Stopwatch.GetTimestamp();
        Settlement settlement = await platform.CreateAsync(request.Of(2), CancellationToken.None);
        while (settlement.State != "AWAITING_DEPOSITS")
        {
            Assert.False(settlement.IsTerminal, settlement.ToString());
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(2), settlement.ToString());
            await Task.Delay(25);
            settlement = await platform.GetAsync(settlement.Id.ToString(), CancellationToken.None);
        }
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        IReadOnlyList<Event> events = await platform.EventsAsync(settlement.Id.ToString(), CancellationToken.None);
        foreach ((Event from, Event to) in events.Where(one => one.Type == "state").OrderBy(one => one.Sequence).Zip(events.Where(one => one.Type == "state").OrderBy(one => one.Sequence).Skip(1)))
        {
            if (!_stages.TryGetValue(to.ToState, out List<double>? times)) _stages[to.ToState] = times = [];
            times.Add((to.CreatedAt - from.CreatedAt).TotalSeconds);
        }
        return took;
    }

    static async Task<bool> IsRegisteredAsync(PlatformClient platform, string id) => (await platform.GetAsync(id, CancellationToken.None)).State == "AWAITING_DEPOSITS";

    // The flood is over when its last one is registered.
    static async Task RegisteredAsync(PlatformClient flooding, List<string> made)
    {
        foreach (string id in Enumerable.Reverse(made))
            await Eventually.TrueAsync(() => IsRegisteredAsync(flooding, id), TimeSpan.FromMinutes(10), because: "the flood was not registered");
    }

    static TimeSpan Median(TimeSpan[] times) => times.Order().ElementAt(times.Length / 2);

    static string Text(TimeSpan[] times) => string.Join(' ', times.Select(time => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)));

    sealed class Request(DevFile system)
    {
        readonly string _buyer = AddressOf(5), _seller = AddressOf(6);

        public CreateSettlementRequest Of(int legs) => new()
        {
            IdempotencyKey = Guid.NewGuid().ToString(),
            TemplateId = "dvp-single",
            Parties = [Party("buyer", _buyer), Party("seller", _seller)],
            Legs = [.. Enumerable.Range(0, legs).Select(i => i % 2 == 0 ? Leg("asset", system.Token("KBOND").Address, "seller", i) : Leg("payment", "USDC", "buyer", i))],
        };

        static PartyRequest Party(string role, string wallet) => new() { Role = role, ExternalReference = role, WalletAddress = wallet };

        static LegRequest Leg(string type, string instrument, string role, int i) =>
            new() { LegType = type, InstrumentId = instrument, Quantity = (i + 1).ToString(CultureInfo.InvariantCulture), Direction = "deliver", PartyRole = role };

        static string AddressOf(int party)
        {
            using PrivateKeySigner signer = DevAccounts.Party(party);
            return signer.Address.ToString();
        }
    }
}
