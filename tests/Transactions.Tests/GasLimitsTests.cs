using System.Net.Http.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Transactions.Tests;

/// <summary>Gas limits rest on the chain's own prices, whatever fork it runs, and on nothing else.</summary>
public sealed class GasLimitsTests : IAsyncLifetime
{
    static readonly Address Sender = Address.Parse("0x00000000000000000000000000000000000abcde");

    readonly HttpClient _client = new();
    readonly ListLog _log = new();
    VmNode? _process;
    JsonRpcNode _node = null!;

    public async Task InitializeAsync()
    {
        _process = await VmNode.StartAsync(1337, [Sender.ToString()], "prague");
        _node = new JsonRpcNode(_client, _process.Url);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task The_price_of_a_slot_follows_the_chain_over_a_fork_and_the_larger_one_counts_while_a_reorg_may_cross_it()
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        await RefreshAsync(limits);
        // EIP-2929 and EIP-2200: 22,100. An estimate may be 1.5 % too high.
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);
        Assert.InRange(limits.EmptyTransfer, 21_000UL, 21_400UL);

        await AskAsync("vm_setHardfork", "amsterdam");
        await AskAsync("anvil_mine", 1);
        await RefreshAsync(limits);
        // EIP-8037 and EIP-8038: 110,020. The transfer is cheaper now (EIP-2780), but may be mined under the rules before.
        Assert.InRange(limits.NewStorageSlot, 110_020UL, 112_500UL);
        Assert.InRange(limits.EmptyTransfer, 21_000UL, 21_400UL);

        await AskAsync("vm_setHardfork", "prague");
        await AskAsync("anvil_mine", 60);
        await RefreshAsync(limits);
        Assert.InRange(limits.NewStorageSlot, 110_020UL, 112_500UL);
        await AskAsync("anvil_mine", 10);
        await RefreshAsync(limits);
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);
    }

    [Fact]
    public async Task A_node_is_asked_once_for_each_head()
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        PricingNode node = new(_node);
        BlockHeader head = await HeadAsync();
        await limits.RefreshAsync(node, Sender, head, default);
        await limits.RefreshAsync(node, Sender, head, default);
        Assert.Equal(1, node.Asked);
        await AskAsync("anvil_mine", 1);
        await limits.RefreshAsync(node, Sender, await HeadAsync(), default);
        Assert.Equal(2, node.Asked);
    }

    public static TheoryData<NodeException> Refusals => new()
    {
        new NodeException("contract creation without any data provided", -32000),
        new NodeException("the method does not exist", -32601) { Kind = NodeFaultKind.Unsupported },
        new CallRevertedException("execution reverted", 3, []),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_node_that_refuses_to_measure_holds_nothing_up_and_is_left_alone_for_a_while(NodeException refusal)
    {
        GasLimits limits = new(new TransactionsOptions(), _log), set = new(new TransactionsOptions { StorageSlotGas = 40_000 }, _log);
        PricingNode node = new(_node) { Fault = refusal };
        BlockHeader head = await HeadAsync();
        await limits.RefreshAsync(node, Sender, head, default);
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 15, Hash = Keccak256.Hash([1]) }, default);
        Assert.Equal(1, node.Asked);
        Assert.Equal(GasSchedule.Unknown, limits.NewStorageSlot);
        node.Fault = null;
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 16, Hash = Keccak256.Hash([2]) }, default);
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);

        node.Fault = refusal;
        await set.RefreshAsync(node, Sender, head, default);
        Assert.Equal(40_000UL, set.NewStorageSlot);
        node.Fault = null;
        await set.RefreshAsync(node, Sender, head with { Number = head.Number + 16, Hash = Keccak256.Hash([2]) }, default);
        Assert.Equal(40_000UL, set.NewStorageSlot);
    }

    // The price of a slot that an operator sets says nothing about that of a transfer, which fills a nonce: with too little gas it is invalid and none is filled.
    [Theory]
    [InlineData(false, 1_000)]
    [InlineData(false, 0)]
    [InlineData(true, 1_000)]
    [InlineData(true, 0)]
    public async Task An_empty_transfer_has_enough_gas_where_a_node_refuses_to_measure(bool refusesTransfers, long slotGas)
    {
        GasLimits limits = new(new TransactionsOptions { StorageSlotGas = slotGas }, _log);
        PricingNode node = new(_node) { Fault = new NodeException("contract creation is disabled", -32000), RefusesTransfers = refusesTransfers };
        await limits.RefreshAsync(node, Sender, await HeadAsync(), default);
        if (refusesTransfers) Assert.Equal(GasSchedule.Unknown, limits.EmptyTransfer);
        else Assert.InRange(limits.EmptyTransfer, 21_000UL, 21_400UL);
        Assert.InRange(limits.Fill, limits.EmptyTransfer * 5 / 4, 190_000UL);
    }

    [Fact]
    public async Task A_price_that_was_measured_before_a_fork_does_not_outlive_a_node_that_refuses()
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        PricingNode node = new(_node);
        BlockHeader head = await HeadAsync();
        await limits.RefreshAsync(node, Sender, head, default);
        node.Fault = new NodeException("contract creation is disabled", -32000);
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 1, Hash = Keccak256.Hash([1]) }, default);
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 65, Hash = Keccak256.Hash([2]) }, default);
        Assert.Equal(GasSchedule.Unknown, limits.NewStorageSlot);
        // Each price that is taken is reported once.
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 90, Hash = Keccak256.Hash([3]) }, default);
        Assert.Equal(2, _log.Count("does not estimate the price of a new storage slot"));
    }

    [Theory]
    [InlineData("prague", true)]
    [InlineData("osaka", false)]
    [InlineData("amsterdam", true)]
    public async Task Where_the_cap_would_cut_an_allowance_the_node_says_whether_it_binds_all_gas(string hardfork, bool above)
    {
        await AskAsync("vm_setHardfork", hardfork);
        await AskAsync("anvil_mine", 1);
        GasLimits limits = new(new TransactionsOptions(), _log);
        PricingNode node = new(_node);
        await limits.RefreshAsync(node, Sender, await HeadAsync(), default);
        PlannedCall call = new(Sender, default, NewStorageSlots: 2);
        await limits.AskAboutCapAsync(node, Sender, call, 1_000_000, default);
        Assert.Equal(0, node.AskedAlone);
        await limits.AskAboutCapAsync(node, Sender, call, 16_000_000, default);
        await limits.AskAboutCapAsync(node, Sender, call, 16_000_000, default);
        Assert.Equal(1, node.AskedAlone);
        Assert.Equal(above ? 20_000_000 + (2 * limits.NewStorageSlot) : GasSchedule.ExecutionCap, limits.Of(call, 16_000_000));

        // The answer holds for its head only: the next one may have other rules.
        await AskAsync("anvil_mine", 1);
        await limits.RefreshAsync(node, Sender, await HeadAsync(), default);
        Assert.Equal(GasSchedule.ExecutionCap, limits.Of(call, 16_000_000));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_a_fault_only_while_no_price_is_known()
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        PricingNode node = new(_node) { Fault = new NodeException("connection refused") { Kind = NodeFaultKind.Unreachable } };
        BlockHeader head = await HeadAsync();
        await Assert.ThrowsAsync<NodeException>(() => limits.RefreshAsync(node, Sender, head, default));
        await limits.RefreshAsync(_node, Sender, head, default);
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 1, Hash = Keccak256.Hash([1]) }, default);
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);
    }

    [Fact]
    public async Task A_node_that_takes_too_long_to_measure_holds_nothing_up_and_is_asked_again_at_the_next_head()
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        PricingNode node = new(_node) { Fault = new NodeException("execution timeout") { Kind = NodeFaultKind.TooSlow } };
        BlockHeader head = await HeadAsync();
        await limits.RefreshAsync(node, Sender, head, default);
        Assert.Equal(GasSchedule.Unknown, limits.NewStorageSlot);
        node.Fault = null;
        await limits.RefreshAsync(node, Sender, head with { Number = head.Number + 1, Hash = Keccak256.Hash([1]) }, default);
        Assert.InRange(limits.NewStorageSlot, 22_100UL, 22_900UL);
    }

    [Theory]
    [InlineData(21_000UL, 75_000UL, 75_000UL)]
    [InlineData(21_000UL, 75_000UL, 21_000UL)]
    [InlineData(0UL, 75_000UL, 250_000UL)]
    [InlineData(75_000UL, 75_000UL, 250_000UL)]
    [InlineData(21_000UL, 22_000UL, 250_000UL)]
    [InlineData(21_000UL, 8_000_000UL, 60_000_001UL)]
    [InlineData(21_000UL, 75_000UL, ulong.MaxValue)]
    public async Task Estimates_that_contradict_each_other_are_no_price(ulong transfer, ulong one, ulong more)
    {
        GasLimits limits = new(new TransactionsOptions(), _log);
        await limits.RefreshAsync(new PricingNode(_node) { Estimates = [transfer, one, more] }, Sender, await HeadAsync(), default);
        Assert.Equal(GasSchedule.Unknown, limits.NewStorageSlot);
    }

    // estimate, new slots, Transactions:MaxGas, gas of a block, limit; no limit: refused
    [Theory]
    [InlineData(100_000UL, 0, 30_000_000, 60_000_000UL, 125_000UL)]
    [InlineData(100_000UL, 2, 30_000_000, 60_000_000UL, 325_000UL)]
    // Below the cap of EIP-7825 an allowance does not pass it: before EIP-8037 such a limit is invalid.
    [InlineData(16_000_000UL, 2, 30_000_000, 60_000_000UL, 16_777_216UL)]
    [InlineData(16_777_216UL, 0, 30_000_000, 60_000_000UL, 16_777_216UL)]
    // An estimate above it shows that the chain counts execution only: state gas comes on top.
    [InlineData(17_000_000UL, 2, 30_000_000, 60_000_000UL, 21_450_000UL)]
    [InlineData(24_200_000UL, 0, 30_000_000, 60_000_000UL, 30_000_000UL)]
    [InlineData(24_200_000UL, 0, 30_000_000, 25_000_000UL, 25_000_000UL)]
    [InlineData(30_000_001UL, 0, 30_000_000, 60_000_000UL, null)]
    [InlineData(25_000_001UL, 0, 30_000_000, 25_000_000UL, null)]
    [InlineData(500_001UL, 0, 500_000, 60_000_000UL, null)]
    [InlineData(ulong.MaxValue, 64, 4_294_967_295, ulong.MaxValue, null)]
    public async Task A_limit_is_the_estimate_a_quarter_and_the_slots_within_what_the_chain_takes(ulong estimate, int slots, long most, ulong block, ulong? limit)
    {
        GasLimits limits = new(new TransactionsOptions { MaxGas = most, StorageSlotGas = 100_000 }, _log);
        await limits.RefreshAsync(_node, Sender, await HeadAsync() with { GasLimit = block }, default);
        Assert.Equal(limit, limits.Of(new PlannedCall(Sender, default, NewStorageSlots: slots), estimate));
    }

    [Theory]
    [InlineData("MaxGas", "99999")]
    [InlineData("MaxGas", "4294967296")]
    [InlineData("StorageSlotGas", "-1")]
    [InlineData("StorageSlotGas", "999")]
    [InlineData("StorageSlotGas", "10000001")]
    [InlineData("BatchGas", "30000001")]
    public void A_setting_out_of_its_range_is_refused_by_its_name(string setting, string value)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"Transactions:{setting}", value)]).Build();
        using ServiceProvider services = new ServiceCollection().AddTransactions(configuration).BuildServiceProvider();
        OptionsValidationException fault = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<TransactionsOptions>>().Value);
        Assert.Contains($"Transactions:{setting} must be", fault.Message, StringComparison.Ordinal);
    }

    async Task RefreshAsync(GasLimits limits) => await limits.RefreshAsync(_node, Sender, await HeadAsync(), default);

    async Task<BlockHeader> HeadAsync() => (await _node.GetBlockAsync(BlockTag.Latest, default))!;

    async Task AskAsync(string method, object parameter)
    {
        using HttpResponseMessage response = await _client.PostAsJsonAsync(_process!.Url, new { jsonrpc = "2.0", id = 1, method, @params = new[] { parameter } });
        Assert.DoesNotContain("\"error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Counts how often prices are asked for, and answers otherwise when told to.</summary>
    sealed class PricingNode(IEthereumNode inner) : PassingNode(inner)
    {
        public int Asked { get; private set; }

        public NodeException? Fault { get; set; }

        public ulong[]? Estimates { get; init; }

        public bool RefusesTransfers { get; init; }

        public int AskedAlone { get; private set; }

        public override Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken)
        {
            AskedAlone++;
            return Fault is not null && (RefusesTransfers || call.To is null) ? throw Fault : base.EstimateGasAsync(call, cancellationToken);
        }

        public override Task<IReadOnlyList<ulong>> EstimateGasOfAsync(IReadOnlyList<CallRequest> calls, CancellationToken cancellationToken)
        {
            Asked++;
            if (Fault is not null) throw Fault;
            return Estimates is null ? base.EstimateGasOfAsync(calls, cancellationToken) : Task.FromResult<IReadOnlyList<ulong>>(Estimates);
        }
    }
}
