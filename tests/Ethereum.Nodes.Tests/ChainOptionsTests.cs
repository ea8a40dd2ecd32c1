using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Ethereum.Nodes.Tests;

public sealed class ChainOptionsTests
{
    static Dictionary<string, string?> Settings() => new()
    {
        ["Chains:0:ChainId"] = "11155111",
        ["Chains:0:RpcUrls:0"] = "http://127.0.0.1:8545",
        ["Chains:0:RpcUrls:1"] = "http://127.0.0.1:8546",
        ["Chains:0:Escrow"] = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ["Chains:0:EscrowBlock"] = "1",
    };

    [Fact]
    public void Serves_the_nodes_of_a_chain()
    {
        using ServiceProvider provider = Provider(Settings());
        IEthereumNodes nodes = provider.GetRequiredService<IEthereumNodes>();
        Assert.Equal(2, nodes.AllFor(11155111).Count);
        Assert.Same(nodes.Pin(11155111), nodes.AllFor(11155111)[0]);
        Assert.Equal(nodes.AllFor(11155111), provider.GetServices<IEthereumNode>());
        Assert.Null(nodes.Chains[0].FinalityDepth);
        Assert.Contains("Chain 1 ", Assert.Throws<KeyNotFoundException>(() => nodes.For(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_record_of_the_deployment_gives_what_is_left_out()
    {
        const string record = """{"chainId":11155111,"escrow":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed","codeHash":"0x1111111111111111111111111111111111111111111111111111111111111111","block":77}""";
        ChainOptions chain = With(record, ("Escrow", null), ("EscrowBlock", null)).GetRequiredService<IEthereumNodes>().Chains[0];
        Assert.Equal(("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", 77L), (chain.Escrow, chain.EscrowBlock));
        Assert.Equal("0x1111111111111111111111111111111111111111111111111111111111111111", chain.ExpectedCodeHash.ToString());

        foreach ((string file, (string, string?) setting, string says) in new[]
        {
            (record, ("ChainId", "1"), "names the record of chain 11155111, not of chain 1"),
            (record, ("Escrow", "0x00000000000000000000000000000000000000aa"), "Escrow names another one"),
            (record, ("EscrowCodeHash", "0x2222222222222222222222222222222222222222222222222222222222222222"), "EscrowCodeHash names another one"),
            ("{}", ("Escrow", null), "is no record of a deployment"),
            ("not JSON", ("Escrow", null), "is no record of a deployment"),
        })
            Assert.Contains(says, Assert.Throws<OptionsValidationException>(() => With(file, setting).GetRequiredService<IEthereumNodes>()).Message, StringComparison.Ordinal);
        Dictionary<string, string?> missing = Settings();
        missing["Chains:0:Deployment"] = "/nowhere/1.json";
        using ServiceProvider provider = Provider(missing);
        Assert.Contains("Chains:0:Deployment names /nowhere/1.json, which cannot be read", Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IEthereumNodes>()).Message, StringComparison.Ordinal);
    }

    static ServiceProvider With(string record, params (string Name, string? Value)[] changes)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, record);
        Dictionary<string, string?> settings = Settings();
        settings["Chains:0:Deployment"] = file;
        foreach ((string name, string? value) in changes) settings["Chains:0:" + name] = value;
        return Provider(settings);
    }

    [Theory]
    [InlineData("ChainId", null)]
    [InlineData("ChainId", "-1")]
    [InlineData("RpcUrls:1", "ws://127.0.0.1:8546")]
    [InlineData("SocketUrls:0", "http://127.0.0.1:8546")]
    [InlineData("RpcUrls:0", "127.0.0.1:8545")]
    [InlineData("Escrow", null)]
    [InlineData("Escrow", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")]
    [InlineData("Escrow", "0x0000000000000000000000000000000000000000")]
    [InlineData("EscrowBlock", "-1")]
    [InlineData("EscrowCodeHash", "0x12")]
    [InlineData("SettleDepth", "-1")]
    [InlineData("FinalityDepth", "1")]
    [InlineData("ChainId", "sepolia")]
    [InlineData("EscrowBlock", "x")]
    [InlineData("SettleDepth", "2.5")]
    [InlineData("FinalityDepth", "9999999999")]
    public void A_wrong_setting_is_named(string setting, string? value)
    {
        Dictionary<string, string?> settings = Settings();
        settings[$"Chains:0:{setting}"] = value;
        using ServiceProvider provider = Provider(settings);
        OptionsValidationException fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IEthereumNodes>());
        Assert.StartsWith($"Chains:0:{setting} ", Assert.Single(fault.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void No_chain_and_one_chain_twice_are_refused()
    {
        using ServiceProvider none = Provider([]);
        Assert.Throws<OptionsValidationException>(() => none.GetRequiredService<IEthereumNodes>());
        Dictionary<string, string?> settings = Settings();
        foreach ((string name, string? value) in Settings()) settings[name.Replace(":0:", ":1:", StringComparison.Ordinal)] = value;
        settings["Chains:1:RpcUrls:0"] = "http://127.0.0.1:8547";
        using ServiceProvider twice = Provider(settings);
        OptionsValidationException fault = Assert.Throws<OptionsValidationException>(() => twice.GetRequiredService<IEthereumNodes>());
        Assert.Contains(fault.Failures, failure => failure.Contains("second time", StringComparison.Ordinal));
    }

    static ServiceProvider Provider(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddEthereumNodes(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
}
