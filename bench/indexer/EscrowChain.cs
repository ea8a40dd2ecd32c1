using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;

namespace Keystone.IndexerBench;

/// <summary>
/// A chain of our own with the emitter's code at the escrow's address. A settlement is registered in one block, its legs come in the next two blocks that
/// have transactions, its execution in the third; every other block is empty.
/// </summary>
internal sealed class EscrowChain : IAsyncDisposable
{
    public const long ChainId = 11155111;

    /// <summary>Settlements that begin in the same block.</summary>
    public const int CohortSize = 25;

    /// <summary>Events of a settlement.</summary>
    public const int EventsEach = 4;

    /// <summary>Blocks without transactions at the end: what lies before them is final for everybody.</summary>
    const int Tail = 130;

    // One transaction holds this many events, and so has this many in each receipt.
    static readonly (int First, int Count)[] Transactions = [(0, 10), (10, 10), (20, 5)];

    readonly Leash _leash;
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(10) };
    string _account = "";
    long _nonce;
    int _id;

    EscrowChain(Leash leash, Uri url, Address escrow) => (_leash, Url, Escrow) = (leash, url, escrow);

    public Uri Url { get; }

    public Address Escrow { get; }

    /// <summary>Height of the last block with an event, on a chain of so many cohorts: two blocks for each, and for the three events after registration.</summary>
    public static long LastEvent(int cohorts) => (cohorts + 3) * 2L - 1;

    /// <summary>The chain of the bench, from a file of an earlier run where there is one.</summary>
    public static async Task<EscrowChain> LoadAsync(int cohorts)
    {
        byte[] code = Emitter();
        string folder = Path.Combine(NativeTool.RepositoryRoot, "artifacts/bench/indexer");
        Directory.CreateDirectory(folder);
        byte[] recipe = SHA256.HashData([.. code, .. AddressOfEscrow().ToBytes(), .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{cohorts} {Tail} 1"))]);
        string file = Path.Combine(folder, $"chain-{Convert.ToHexStringLower(recipe)[..12]}.json");
        if (!File.Exists(file)) await MakeAsync(cohorts, file);
        long start = Stopwatch.GetTimestamp();
        EscrowChain chain = await StartAsync(["--load-state", file]);
        Console.WriteLine($"   chain of {cohorts * CohortSize * EventsEach} events in {LastEvent(cohorts)} blocks loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return chain;
    }

    /// <summary>A chain without events.</summary>
    public static async Task<EscrowChain> EmptyAsync()
    {
        EscrowChain chain = await StartAsync([]);
        await chain.AskAsync("anvil_setCode", chain.Escrow.ToString(), Hex.Encode(Emitter()));
        return chain;
    }

    static async Task MakeAsync(int cohorts, string file)
    {
        Console.WriteLine("   making the chain, once");
        long start = Stopwatch.GetTimestamp();
        await using EscrowChain chain = await EmptyAsync();
        for (int block = 0; block < cohorts + 3; block++)
        {
            List<byte[]> calls = [];
            for (int stage = 0; stage < EventsEach; stage++)
                if (block - stage >= 0 && block - stage < cohorts) calls.AddRange(Stage(block - stage, stage));
            await chain.SendAsync(calls);
            await chain.MineAsync(2);
            if (block % 200 == 199) Console.WriteLine($"     {block + 1} of {cohorts + 3} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)");
        }
        await chain.MineAsync(Tail);
        JsonElement dump = await chain.AskAsync("anvil_dumpState");
        using MemoryStream packed = new(Hex.Decode(dump.GetString()!));
        await using GZipStream state = new(packed, CompressionMode.Decompress);
        await using (FileStream target = File.Create(file + ".new")) await state.CopyToAsync(target);
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Calls that emit one event of each settlement of a cohort: 0 registered, 1 and 2 a leg deposited, 3 executed.</summary>
    public static IEnumerable<byte[]> Stage(int cohort, int stage)
    {
        foreach ((int first, int count) in Transactions)
        {
            AbiValue from = AbiValue.Uint((ulong)(cohort * CohortSize + first)), many = AbiValue.Uint((ulong)count);
            yield return stage switch
            {
                0 => AbiCall.Encode("register(uint256,uint256)", from, many),
                3 => AbiCall.Encode("execute(uint256,uint256)", from, many),
                _ => AbiCall.Encode("deposit(uint256,uint256,uint256)", from, many, AbiValue.Uint((ulong)stage - 1)),
            };
        }
    }

    static byte[] Emitter()
    {
        string root = NativeTool.RepositoryRoot;
        using JsonDocument table = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "scripts/lib/native.json")));
        ProcessStartInfo start = new(Path.Combine(root, table.RootElement.GetProperty("linux-x64").GetProperty("forge").GetString()!),
            ["build", "--root", root, "--out", "artifacts/contracts/bench-indexer", "--cache-path", "artifacts/contracts/bench-indexer-cache"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FOUNDRY_PROFILE"] = "bench";
        foreach (string folder in (string[])["FOUNDRY_SRC", "FOUNDRY_TEST", "FOUNDRY_SCRIPT"]) start.Environment[folder] = "bench/indexer/contracts";
        using Process forge = Process.Start(start)!;
        Task<string> said = forge.StandardOutput.ReadToEndAsync(), complained = forge.StandardError.ReadToEndAsync();
        forge.WaitForExit();
        if (forge.ExitCode != 0) throw new InvalidOperationException($"forge build failed: {said.Result}{complained.Result}");
        using JsonDocument artifact = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "artifacts/contracts/bench-indexer/Emitter.sol/Emitter.json")));
        return Hex.Decode(artifact.RootElement.GetProperty("deployedBytecode").GetProperty("object").GetString()!);
    }

    static Address AddressOfEscrow()
    {
        using JsonDocument artifact = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(NativeTool.RepositoryRoot, "contracts/artifacts/SettlementEscrow.json")));
        return Address.Parse(artifact.RootElement.GetProperty("create2").GetProperty("address").GetString()!);
    }

    static async Task<EscrowChain> StartAsync(string[] arguments)
    {
        Leash leash = Leash.Start(NativeTool.Anvil,
        [
            "--host", "127.0.0.1", "--port", "0", "--chain-id", ChainId.ToString(CultureInfo.InvariantCulture), "--slots-in-an-epoch", "1", "--no-mining", "--order", "fifo",
            "--gas-limit", "200000000", "--accounts", "1", .. arguments,
        ]);
        string line = await leash.WaitForLineAsync(line => line.StartsWith("Listening on ", StringComparison.Ordinal), TimeSpan.FromMinutes(2), CancellationToken.None);
        EscrowChain chain = new(leash, new Uri($"http://{line["Listening on ".Length..].Trim()}"), AddressOfEscrow());
        chain._account = (await chain.AskAsync("eth_accounts"))[0].GetString()!;
        await chain.AskAsync("anvil_setBalance", chain._account, "0xffffffffffffffffffffffff");
        return chain;
    }

    /// <summary>Offers transactions to the escrow; they are mined by <see cref="MineAsync"/>.</summary>
    public async Task SendAsync(IEnumerable<byte[]> calls)
    {
        object[] requests = [.. calls.Select(data => Request("eth_sendTransaction", new
        {
            from = _account, to = Escrow.ToString(), gas = "0x989680", gasPrice = "0x4a817c800",
            nonce = string.Create(CultureInfo.InvariantCulture, $"0x{_nonce++:x}"), data = Hex.Encode(data),
        }))];
        using JsonDocument answers = await PostAsync(requests);
        foreach (JsonElement answer in answers.RootElement.EnumerateArray()) Result(answer);
    }

    public Task MineAsync(int blocks = 1) => AskAsync("anvil_mine", string.Create(CultureInfo.InvariantCulture, $"0x{blocks:x}"));

    /// <summary>Replaces the last blocks by as many empty ones.</summary>
    public Task ReorgAsync(int depth) => AskAsync("anvil_reorg", depth, Array.Empty<object>());

    public async Task<long> HeadAsync() => Convert.ToInt64((await AskAsync("eth_blockNumber")).GetString()![2..], 16);

    public async Task<JsonElement> AskAsync(string method, params object[] parameters)
    {
        using JsonDocument answer = await PostAsync(Request(method, parameters));
        return Result(answer.RootElement).Clone();
    }

    static JsonElement Result(JsonElement answer) =>
        answer.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException($"The chain answered {answer}.");

    object Request(string method, params object[] parameters) => new { jsonrpc = "2.0", id = ++_id, method, @params = parameters };

    async Task<JsonDocument> PostAsync(object request)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(Url, request);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _leash.DisposeAsync();
    }
}
