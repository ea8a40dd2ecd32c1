using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Cli.Operator;
using Keystone.Dev;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;
using Keystone.Indexer;
using Keystone.Mirror;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>
/// Many settlements of mixed stories while keeper, indexer and their Postgres are killed, transactions of the keeper are dropped and blocks are
/// reorged away. In the end the chain says what every settlement must be.
/// </summary>
/// <remarks>The choices follow from <c>KEYSTONE_CHAOS_SEED</c>, which every failure names; what the machine does in between does not.</remarks>
public sealed class ChaosTests(ITestOutputHelper output)
{
    const int Depth = 8;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    readonly int _seed = int.Parse(Environment.GetEnvironmentVariable("KEYSTONE_CHAOS_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    readonly ConcurrentQueue<string> _history = new();
    readonly ConcurrentDictionary<Address, SemaphoreSlim> _turns = new();
    readonly ConcurrentDictionary<string, int> _ended = new();
    LocalSystem _system = null!;
    string _token = "";
    string[] _apis = [];
    int _asked;

    static bool Deep => Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1";

    [Fact]
    public Task Everything_ends_as_the_chain_justifies() => EndsAsync(each: 1, Deep ? (500, TimeSpan.FromMinutes(15)) : (60, TimeSpan.FromSeconds(60)));

    /// <summary>Two APIs, two indexers and two keepers on one Postgres: one of the six is killed every few seconds, and nothing is lost or done twice.</summary>
    [Fact]
    public Task With_two_of_each_service_everything_ends_as_the_chain_justifies() => EndsAsync(each: 2, Deep ? (500, TimeSpan.FromMinutes(15)) : (40, TimeSpan.FromSeconds(45)));

    async Task EndsAsync(int each, (int Settlements, TimeSpan Time) load)
    {
        (int settlements, TimeSpan time) = load;
        await using LocalSystem system = _system = await LocalSystem.StartAsync(
            options => options with { Durable = true, FinalityDepth = Depth + 4, SettleDepth = 2, MaxClockSkewSeconds = 0 }, services: false);
        using Ports ports = new();
        await using Several apis = await Several.OfAsync(system, "api", each, ports), indexers = await Several.OfAsync(system, "indexer", each, ports), keepers = await Several.OfAsync(system, "keeper", each, ports);
        _apis = apis.Urls;
        await Task.WhenAll(((Several[])[apis, indexers, keepers]).SelectMany(some => some.All).Select(service => service.StartAsync()));
        Party[] parties = [.. Enumerable.Range(1, 6).Select(number => new Party(DevAccounts.Party(number)))];
        await FundAsync(parties);
        _token = await SignInAsync();
        UInt256[] before = await BalancesAsync(parties);

        List<Life> lives = [];
        try
        {
            using CancellationTokenSource storm = new(time);
            Task[] weather = [KillAsync(each == 1 ? null : apis, indexers, keepers, storm.Token), DropAsync(storm.Token), ReorgAsync(storm.Token)];
            Random random = new(_seed);
            double pause = time.TotalMilliseconds * 0.6 / settlements;
            List<Task> running = [];
            for (int i = 0; i < settlements; i++)
            {
                Life life = new(i, (Story)random.Next(5), parties[random.Next(3)], parties[3 + random.Next(3)], (ulong)random.Next(1, 1_000), (ulong)random.Next(1, 1_000));
                lives.Add(life);
                running.Add(Task.Run(() => LiveAsync(life)));
                await Task.Delay(TimeSpan.FromMilliseconds(pause));
            }
            await Task.WhenAll(weather);
            Say("calm");
            // Every reorg has set the node's clock back. Nobody has to watch the deadlines and finality come.
            await _system.AskChainAsync("evm_increaseTime", 60 + Math.Max(0, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - (long)(await HeadAsync()).Timestamp));
            Task ended = Task.WhenAll(running);
            DateTimeOffset limit = TimeProvider.System.GetUtcNow() + Patience;
            while (await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1))) != ended && TimeProvider.System.GetUtcNow() < limit)
                await _system.MineAsync(4);
            await ended.WaitAsync(TimeSpan.FromSeconds(1));
            Assert.True(await RequireAsync(lives, parties, before) is var swapped && swapped > 0, $"Seed {_seed}: nothing was swapped.");
            await RequireOnceAsync();
            Assert.Equal(settlements, _ended.Values.Sum());
        }
        catch (Exception fault)
        {
            string open = string.Join('\n', lives.Where(life => life.End is null).Select(life => $"{life.Number} {life.Story} {life.Id} in {life.Seen}"));
            string where = await WhereAsync();
            Assert.Fail($"Seed {_seed}: {fault.Message}\n{where}\nnonces:\n{await NoncesAsync()}\nopen:\n{open}\nhistory:\n{string.Join('\n', _history.TakeLast(200))}\n{indexers.Output}\n{keepers.Output}");
        }
        await RequireMirrorAsync(indexers);
        output.WriteLine($"seed {_seed}: {string.Join(", ", _ended.Select(end => $"{end.Value} {end.Key}"))}");
    }

    /// <summary>As many processes of one service, each with ports of its own and otherwise the same settings.</summary>
    sealed class Several(string name, ServiceProcess[] all, string[] urls) : IAsyncDisposable
    {
        public string Name => name;

        public ServiceProcess[] All => all;

        public string[] Urls => urls;

        public string Output => string.Join('\n', all.Select((service, i) => $"{name} {i + 1}:\n{service.Output}"));

        public static async Task<Several> OfAsync(LocalSystem system, string name, int count, Ports ports)
        {
            DevService first = system.File.Service(name);
            List<ServiceProcess> all = [new(first)];
            List<string> urls = [system.File.ApiUrl];
            for (int i = 2; i <= count; i++)
            {
                string file = first.SettingsFile.Replace($"{name}.json", $"{name}-{i}.json", StringComparison.Ordinal), management = $"http://127.0.0.1:{ports.Take(0)}";
                JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(first.SettingsFile))!;
                settings["Management:Url"] = management;
                if (name == "api")
                {
                    urls.Add($"http://127.0.0.1:{ports.Take(0)}");
                    settings["Api:Url"] = urls[^1];
                }
                await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
                all.Add(new ServiceProcess(first with { SettingsFile = file, ManagementUrl = management }));
            }
            return new Several(name, [.. all], [.. urls]);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (ServiceProcess service in all) await service.DisposeAsync();
        }
    }

    enum Story
    {
        Swap,
        Timeout,
        Withdraw,
        Reject,
        Stranger,
    }

    sealed record Party(PrivateKeySigner Signer)
    {
        public Address Address => Signer.Address;
    }

    sealed record Life(int Number, Story Story, Party Seller, Party Buyer, ulong Bonds, ulong Cash)
    {
        public string Id { get; set; } = "";

        public string Seen { get; set; } = "";

        public EscrowTerms? Terms { get; set; }

        public string? End { get; set; }
    }

    // ---- what the parties do

    async Task LiveAsync(Life life)
    {
        using CancellationTokenSource enough = new(Patience + TimeSpan.FromMinutes(Deep ? 16 : 1));
        JsonObject created = [];
        // The database may be away for so long that the timeout comes too near, and is refused.
        while (created["id"] is null)
        {
            DateTimeOffset timeout = TimeProvider.System.GetUtcNow().AddSeconds(life.Story == Story.Timeout ? 60 : 3_600);
            created = await AskAsync(HttpMethod.Post, "/v1/settlements", Instruction(life, timeout), enough.Token);
        }
        life.Id = (string)created["id"]!;
        bool withdrawn = false;
        while (true)
        {
            JsonObject settlement = await AskAsync(HttpMethod.Get, "/v1/settlements/" + life.Id, null, enough.Token);
            life.Seen = (string)settlement["state"]!;
            if ((bool)settlement["is_terminal"]!)
            {
                life.End = life.Seen;
                _ended.AddOrUpdate($"{life.Story} {life.End}", 1, (_, count) => count + 1);
                return;
            }
            if (life.Story == Story.Reject && life.Seen == "AWAITING_CONFIRMATION")
                await AskAsync(HttpMethod.Post, $"/v1/settlements/{life.Id}/reject", new JsonObject { ["reason"] = "chaos" }, enough.Token, ofB: true);
            if (settlement["escrow"] is JsonObject escrow && life.Terms is null && life.Seen is "AWAITING_DEPOSITS")
                life.Terms = await TermsAsync(Hash32.Parse((string)escrow["id"]!));
            if (life.Terms is { } terms)
            {
                (EscrowState state, ulong held) = await WordAsync(terms);
                if (state is EscrowState.None or EscrowState.Open)
                {
                    if (life.Story == Story.Withdraw && !withdrawn && held == 1)
                    {
                        withdrawn = await TryAsync(life.Seller, EscrowCalls.WithdrawLeg(terms, 0));
                    }
                    else
                    {
                        if ((held & 1) == 0) await TryAsync(life.Seller, EscrowCalls.Deposit(terms, 0));
                        if ((held & 2) == 0 && life.Story != Story.Timeout && (life.Story != Story.Withdraw || withdrawn)) await TryAsync(life.Buyer, EscrowCalls.Deposit(terms, 1));
                        if (held == 3 && life.Story == Story.Stranger) await TryAsync(life.Buyer, EscrowCalls.ExecuteSwap(terms));
                    }
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1_000), enough.Token);
        }
    }

    JsonObject Instruction(Life life, DateTimeOffset timeout)
    {
        JsonObject Of(string role, Party party) => new()
        {
            ["role"] = role,
            ["external_reference"] = role,
            ["name"] = role,
            ["wallet_address"] = party.Address.ToString(),
            ["chain_id"] = _system.File.ChainId,
        };
        DevToken bond = _system.File.Tokens[0], cash = _system.File.Tokens[1];
        bool cross = life.Story == Story.Reject;
        JsonObject instruction = new()
        {
            ["idempotency_key"] = $"chaos-{_seed}-{life.Number}",
            ["template_id"] = cross ? "dvp-cross-platform" : "dvp-single",
            ["timeout_at"] = timeout.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["parties"] = cross ? new JsonArray(Of("seller", life.Seller)) : new JsonArray(Of("buyer", life.Buyer), Of("seller", life.Seller)),
            ["legs"] = new JsonArray(
                new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = bond.Symbol, ["quantity"] = Quantity(life.Bonds, bond), ["direction"] = "deliver", ["party_role"] = "seller" },
                new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = cash.Symbol, ["quantity"] = Quantity(life.Cash, cash), ["direction"] = "deliver", ["party_role"] = "buyer" }),
        };
        if (cross) instruction["counterparty_parties"] = new JsonArray(new JsonObject { ["platform_slug"] = "platform-b", ["role"] = "buyer" });
        return instruction;
    }

    // Amounts are in smallest units: 0.000…n.
    static string Quantity(ulong units, DevToken token) => "0." + units.ToString(CultureInfo.InvariantCulture).PadLeft(token.Decimals, '0');

    // ---- the API, which may be without its database

    async Task<string> SignInAsync() => "A " + await TokenAsync(0) + " B " + await TokenAsync(1);

    async Task<string> TokenAsync(int platform)
    {
        DevPlatform who = _system.File.Platforms[platform];
        using HttpResponseMessage response = await Http.PostAsync(new Uri(_system.File.ApiUrl + "/oauth/token"), new StringContent(new JsonObject
        {
            ["client_id"] = who.ClientId,
            ["client_secret"] = who.ClientSecret,
            ["audience"] = "https://api.keystoneos.xyz",
            ["grant_type"] = "client_credentials",
        }.ToJsonString(), Encoding.UTF8, "application/json"));
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }

    async Task<JsonObject> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken, bool ofB = false)
    {
        while (true)
        {
            string said;
            try
            {
                // One after the other, as a balancer before them does.
                using HttpRequestMessage request = new(method, _apis[(uint)Interlocked.Increment(ref _asked) % _apis.Length] + path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token.Split(' ')[ofB ? 3 : 1]);
                if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                using HttpResponseMessage response = await Http.SendAsync(request, cancellationToken);
                said = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode) return (JsonObject)JsonNode.Parse(said)!;
                // A rejection that was stored before its answer got lost is a conflict with itself or with the end that followed.
                if (response.StatusCode == HttpStatusCode.Conflict && path.EndsWith("/reject", StringComparison.Ordinal)) return [];
                if (said.Contains("timeout_too_early", StringComparison.Ordinal)) return [];
                Assert.True((int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict,
                    $"{method} {path} was answered {(int)response.StatusCode}: {said}");
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                said = e.Message;
            }
            await Task.Delay(300, cancellationToken);
        }
    }

    // ---- the chain

    async Task<bool> TryAsync(Party party, byte[] call)
    {
        IEthereumNode node = _system.Environment.Node;
        Address escrow = Address.Parse(_system.File.Escrow);
        SemaphoreSlim turn = _turns.GetOrAdd(party.Address, _ => new SemaphoreSlim(1));
        Hash32 hash;
        await turn.WaitAsync();
        try
        {
            await node.EstimateGasAsync(new CallRequest(party.Address, escrow, call), CancellationToken.None);
            ulong nonce = await node.GetTransactionCountAsync(party.Address, BlockTag.Pending, CancellationToken.None);
            SignedTransaction signed = await party.Signer.SignAsync(
                new Eip1559Transaction((ulong)_system.File.ChainId, nonce, 2_000_000_000UL, 200_000_000_000UL, 1_000_000, escrow, UInt256.Zero, call), CancellationToken.None);
            if (!(await node.SendRawTransactionAsync(signed.Raw, CancellationToken.None)).Accepted) return false;
            hash = signed.Hash;
        }
        catch (NodeException)
        {
            return false;
        }
        finally
        {
            turn.Release();
        }
        for (int i = 0; i < 50; i++)
        {
            if (await node.GetTransactionReceiptAsync(hash, CancellationToken.None) is { } receipt) return receipt.Succeeded;
            await Task.Delay(100);
        }
        return false;
    }

    async Task<EscrowTerms?> TermsAsync(Hash32 id)
    {
        try
        {
            return (await new Dev.Demo.ChainView(_system.Environment.Node, _system.File.ChainId, Address.Parse(_system.File.Escrow)).EventsAsync(id, CancellationToken.None))
                .Select(happened => happened.Event).OfType<EscrowEvent.Registered>().FirstOrDefault()?.Terms;
        }
        catch (NodeException)
        {
            return null;
        }
    }

    async Task<(EscrowState State, ulong Held)> WordAsync(EscrowTerms terms)
    {
        Hash32 slot = Keccak256.Hash([.. terms.Id.ToBytes(), .. new byte[32]]);
        byte[] word = (await _system.Environment.Node.GetStorageAsync(terms.Contract, slot, BlockTag.Latest, CancellationToken.None)).ToBytes();
        return ((EscrowState)word[0], System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(word.AsSpan(24)));
    }

    async Task FundAsync(Party[] parties)
    {
        UInt256 plenty = UInt256.Parse("1000000000000000000000000");
        await Task.WhenAll(parties.Select(async (party, i) =>
        {
            DevToken token = _system.File.Tokens[i < 3 ? 0 : 1];
            using Dev.Demo.Wallet wallet = new("party", DevAccounts.Party(i + 1), _system.Environment.Node);
            await wallet.MintAsync(token.Contract, plenty, CancellationToken.None);
            ulong nonce = await _system.Environment.Node.GetTransactionCountAsync(party.Address, BlockTag.Pending, CancellationToken.None);
            byte[] approve = AbiCall.Encode("approve(address,uint256)", AbiValue.Address(Address.Parse(_system.File.Escrow)), AbiValue.Uint(plenty));
            SignedTransaction signed = await party.Signer.SignAsync(
                new Eip1559Transaction((ulong)_system.File.ChainId, nonce, 2_000_000_000UL, 200_000_000_000UL, 200_000, token.Contract, UInt256.Zero, approve), CancellationToken.None);
            Assert.True((await _system.Environment.Node.SendRawTransactionAsync(signed.Raw, CancellationToken.None)).Accepted);
        }));
        // Deeper than any reorg to come.
        await _system.MineAsync(Depth * 2);
    }

    async Task<UInt256[]> BalancesAsync(Party[] parties)
    {
        List<UInt256> balances = [];
        foreach (DevToken token in _system.File.Tokens)
            foreach (Address owner in (Address[])[.. parties.Select(party => party.Address), Address.Parse(_system.File.Escrow)])
                balances.Add(new UInt256(await _system.Environment.Node.CallAsync(
                    new CallRequest(null, token.Contract, AbiCall.Encode("balanceOf(address)", AbiValue.Address(owner))), BlockTag.Latest, CancellationToken.None)));
        return [.. balances];
    }

    // ---- the weather

    async Task KillAsync(Several? apis, Several indexers, Several keepers, CancellationToken storm)
    {
        Random random = new(_seed + 1);
        while (await PauseAsync(random.Next(2_000, 6_000), storm))
        {
            int victim = random.Next(apis is null ? 5 : 7);
            if (victim == 4)
            {
                Say("kills Postgres");
                await _system.Environment.Postgres.KillAsync(CancellationToken.None);
                await PauseAsync(random.Next(0, 2_000), CancellationToken.None);
                await _system.Environment.Postgres.StartAgainAsync(CancellationToken.None);
                Say("Postgres is back");
                continue;
            }
            Several some = victim < 2 ? indexers : victim < 4 ? keepers : apis!;
            int which = random.Next(some.All.Length);
            ServiceProcess service = some.All[which];
            Say($"kills {some.Name} {which + 1}");
            await service.KillAsync();
            await PauseAsync(random.Next(0, 1_000), CancellationToken.None);
            await service.StartAsync();
        }
    }

    async Task DropAsync(CancellationToken storm)
    {
        Random random = new(_seed + 2);
        HashSet<string> seen = [];
        while (await PauseAsync(150, storm))
        {
            JsonNode? pool = await _system.AskChainAsync("txpool_content");
            foreach (KeyValuePair<string, JsonNode?> sender in (JsonObject)pool!["pending"]!)
            {
                if (!sender.Key.Equals(_system.File.Operator, StringComparison.OrdinalIgnoreCase)) continue;
                foreach (KeyValuePair<string, JsonNode?> transaction in (JsonObject)sender.Value!)
                {
                    string hash = (string)transaction.Value!["hash"]!;
                    if (!seen.Add(hash) || random.Next(10) != 0) continue;
                    await _system.AskChainAsync("anvil_dropTransaction", hash);
                    Say($"drops nonce {transaction.Key}");
                }
            }
        }
    }

    async Task ReorgAsync(CancellationToken storm)
    {
        Random random = new(_seed + 3);
        while (await PauseAsync(random.Next(4_000, 10_000), storm))
        {
            int depth = random.Next(1, Depth + 1);
            Say($"reorgs {depth} blocks");
            await _system.ReorgAsync(depth);
        }
    }

    static async Task<bool> PauseAsync(int milliseconds, CancellationToken storm)
    {
        await Task.Delay(milliseconds, storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !storm.IsCancellationRequested;
    }

    void Say(string what) => _history.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}");

    // ---- what must be true in the end

    async Task<int> RequireAsync(List<Life> lives, Party[] parties, UInt256[] before)
    {
        Dictionary<(int Token, Address Owner), long> moved = [];
        int swapped = 0;
        foreach (Life life in lives)
        {
            if (life.Terms is null)
            {
                Assert.True(life.End is "ROLLED_BACK", $"Seed {_seed}: settlement {life.Number} ended in {life.End} without anything on the chain.");
                continue;
            }
            (EscrowState state, ulong held) = await WordAsync(life.Terms);
            Assert.True(held == 0 && life.End == (state == EscrowState.Executed ? "FINALIZED" : "ROLLED_BACK"),
                $"Seed {_seed}: settlement {life.Number} ({life.Story}) ended in {life.End}; the contract says {state}, held {held}.");
            if (state != EscrowState.Executed) continue;
            swapped++;
            foreach ((int token, Address owner, long amount) in new[]
            {
                (0, life.Seller.Address, -(long)life.Bonds), (0, life.Buyer.Address, (long)life.Bonds),
                (1, life.Buyer.Address, -(long)life.Cash), (1, life.Seller.Address, (long)life.Cash),
            })
                moved[(token, owner)] = moved.GetValueOrDefault((token, owner)) + amount;
        }
        UInt256[] after = await BalancesAsync(parties);
        Address[] owners = [.. parties.Select(party => party.Address), Address.Parse(_system.File.Escrow)];
        for (int token = 0; token < 2; token++)
            for (int i = 0; i < owners.Length; i++)
            {
                int at = token * owners.Length + i;
                Assert.Equal(before[at].ToBigInteger() + moved.GetValueOrDefault((token, owners[i])), after[at].ToBigInteger());
            }
        return swapped;
    }

    /// <summary>On the canonical chain each call of the keeper succeeded at most once, and no nonce of it waits.</summary>
    async Task RequireOnceAsync()
    {
        Address us = Address.Parse(_system.File.Operator);
        IEthereumNode node = _system.Environment.Node;
        await _system.RequireCallsOnceAsync();
        ulong mined = await node.GetTransactionCountAsync(us, BlockTag.Latest, CancellationToken.None);
        Assert.Equal(mined, await node.GetTransactionCountAsync(us, BlockTag.Pending, CancellationToken.None));
        JsonNode? queued = (await _system.AskChainAsync("txpool_content"))!["queued"];
        Assert.DoesNotContain((JsonObject)queued!, sender => sender.Key.Equals(us.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    async Task RequireMirrorAsync(Several indexers)
    {
        await indexers.DisposeAsync();
        using IHost host = MirrorCommand.Open(_system.File.Service("indexer").SettingsFile);
        string before = await DumpAsync(host);
        await host.Services.GetRequiredService<MirrorRebuild>().FromChainAsync(_system.File.ChainId, CancellationToken.None);
        Assert.True(before == await DumpAsync(host), $"Seed {_seed}: the mirror read again from the chain differs.");
    }

    async Task<BlockHeader> HeadAsync() => (await _system.Environment.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!;

    async Task<string> WhereAsync()
    {
        await using Npgsql.NpgsqlDataSource database = Npgsql.NpgsqlDataSource.Create(_system.File.OwnerConnection);
        await using Npgsql.NpgsqlCommand ask = database.CreateCommand("""
            select 'mirror at ' || p.number || ', finalized ' || p.finalized || coalesce(', halted: ' || p.halted, '') || ', revision ' || p.revision || ', feed read to ' || c.revision
              || ', ' || (select count(*) from settlement.settlement where closed_at is null and due_at <= now()) || ' settlements due, intents: '
              || coalesce((select string_agg(purpose || ' ' || status || ' ' || coalesce(last_reason, '') || ' ' || due_at, '; ') from transactions.intent where status in ('wanted', 'resting', 'failed')), 'none')
              || ', paused: ' || coalesce((select string_agg(scope || ' since ' || created_at || ': ' || reason, '; ') from settlement.pause where lifted_at is null), 'none')
              || ', errors: ' || coalesce((select string_agg(last_error, '; ') from settlement.settlement where closed_at is null), 'none')
            from chain.position p, settlement.feed_cursor c
            """);
        string chain;
        try
        {
            BlockHeader head = await HeadAsync();
            chain = $"head {head.Number}, {TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - (long)head.Timestamp} s old";
        }
        catch (NodeException e)
        {
            chain = $"no head: {e.Message} The chain's process: {_system.Environment.Chain.Condition}";
        }
        return $"{chain}; {await ask.ExecuteScalarAsync()}";
    }

    async Task<string> NoncesAsync()
    {
        await using Npgsql.NpgsqlDataSource database = Npgsql.NpgsqlDataSource.Create(_system.File.OwnerConnection);
        await using Npgsql.NpgsqlCommand ask = database.CreateCommand("""
            select string_agg(s.nonce || ' ' || s.kind || coalesce(' mined in ' || s.mined_block, ' not mined') || coalesce(' final ' || s.final_at::time(3), '') || ': '
              || (select string_agg(i.purpose || ' ' || left(encode(i.subject, 'hex'), 8) || ' ' || i.status, ', ') from transactions.nonce_intent l join transactions.intent i on i.id = l.intent_id
                  where (l.chain_id, l.sender, l.nonce) = (s.chain_id, s.sender, s.nonce)) || '; '
              || (select string_agg(a.signed_at::time(3) || ' at head ' || a.head || ' 0x' || left(encode(a.hash, 'hex'), 8)
                    || coalesce((select ' (' || string_agg(o.response || ' ' || o.at::time(3), ', ' order by o.id) || ')' from transactions.broadcast o where o.attempt_hash = a.hash), ''), ', ' order by a.ordinal)
                  from transactions.attempt a where (a.chain_id, a.sender, a.nonce) = (s.chain_id, s.sender, s.nonce)), E'\n' order by s.nonce)
            from transactions.nonce s
            """);
        return (await ask.ExecuteScalarAsync())?.ToString() ?? "";
    }

    async Task<string> DumpAsync(IHost indexer)
    {
        using StringWriter text = new();
        await indexer.Services.GetRequiredService<MirrorDump>().WriteAsync(_system.File.ChainId, text, CancellationToken.None);
        return text.ToString();
    }
}
