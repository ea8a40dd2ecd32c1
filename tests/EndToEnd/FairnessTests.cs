using System.Diagnostics;
using System.Globalization;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Ethereum.Signing;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>A flood of one tenant, by the clock of another. Both times are measured in one run, on one machine: their ratio is the promise, neither time is.</summary>
/// <remarks>With <c>--deep</c> the flood has 500 settlements of 64 legs. In every run it has fewer, but is not over before the other's last one is registered.</remarks>
public sealed class FairnessTests(ITestOutputHelper output)
{
    const int Legs = 64, Measured = 7, Writers = 4;

    static int Flood => Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1" ? 500 : 120;

    [Fact]
    public async Task A_flood_of_one_tenant_costs_another_at_most_twice_its_usual_time_to_registration()
    {
        await using LocalSystem system = await LocalSystem.StartAsync();
        using PlatformClient flooding = await PlatformClient.SignInAsync(system.File.ApiUrl, system.File.Platform("platform-a"), CancellationToken.None);
        using PlatformClient other = await PlatformClient.SignInAsync(system.File.ApiUrl, system.File.Platform("platform-b"), CancellationToken.None);
        Request request = new(system.File);
        // The first one of a system pays for what is compiled and opened for the first time.
        await RegisterAsync(other, request);
        TimeSpan[] usual = await MeasureAsync(other, request);

        List<string> made = [];
        Task flood = Parallel.ForAsync(0, Flood, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, cancellationToken) =>
        {
            Settlement one = await flooding.CreateAsync(request.Of(Legs), cancellationToken);
            lock (made) made.Add(one.Id.ToString());
        });
        // It is under way, and the keeper is behind.
        while (!flood.IsCompleted && made.Count < Flood / 8) await Task.WhenAny(flood, Task.Delay(50));
        _stages.Clear();
        TimeSpan[] flooded = await MeasureAsync(other, request);
        // What was measured was measured within the flood.
        string last = await WaitingAsync(flooding, made);
        await flood;

        (TimeSpan before, TimeSpan within) = (Median(usual), Median(flooded));
        string stages = string.Join("; ", _stages.Select(stage => string.Create(CultureInfo.InvariantCulture, $"to {stage.Key} {stage.Value.Average():0.00} s")));
        string said = string.Create(CultureInfo.InvariantCulture,
            $"{Flood} settlements of {Legs} legs beside it: {within.TotalSeconds:0.00} s instead of {before.TotalSeconds:0.00} s, {within / before:0.00} times; all: {Text(flooded)} instead of {Text(usual)}; {stages}; {last}");
        output.WriteLine(said);
        Assert.True(within <= 2 * before, said);
    }

    // Seconds from each state to the next, of what was measured last: where the time goes.
    readonly Dictionary<string, List<double>> _stages = [];

    async Task<TimeSpan[]> MeasureAsync(PlatformClient platform, Request request)
    {
        TimeSpan[] times = new TimeSpan[Measured];
        for (int i = 0; i < Measured; i++) times[i] = await RegisterAsync(platform, request);
        return times;
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

    static async Task<string> WaitingAsync(PlatformClient flooding, List<string> made)
    {
        string[] ids;
        lock (made) ids = [.. made];
        string newest = (await flooding.GetAsync(ids[^1], CancellationToken.None)).State;
        Assert.True(ids.Length < Flood || newest is not "AWAITING_DEPOSITS", $"The flood of {Flood} was over before the measurement: it has to be larger on this machine.");
        return $"{ids.Length} of the flood were made by then, the newest was in {newest}";
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
