using Microsoft.Extensions.Configuration;

namespace Keystone.Hosting.Tests;

public sealed class KeystoneConfigurationTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystone-settings");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Arguments_win_over_the_environment_and_that_over_the_file()
    {
        string file = Write("k.json", """{ "Order": { "A": "file", "B": "file", "C": "file" } }""");
        IConfiguration read = WithEnvironment("KEYSTONE__ORDER__B", "environment", () =>
            WithEnvironment("KEYSTONE__ORDER__C", "environment", () => Read("--config", file, "--Order:C", "argument")));
        Assert.Equal(("file", "environment", "argument"), (read["Order:A"], read["Order:B"], read["Order:C"]));
    }

    [Fact]
    public void A_setting_may_lie_in_a_file_of_its_own()
    {
        string secret = Write("key", "0xabc\n");
        Assert.Equal("0xabc", Read("--Signer:PrivateKeyFile", secret)["Signer:PrivateKey"]);
    }

    [Fact]
    public void All_faults_are_reported_at_once_and_name_their_settings()
    {
        string secret = Write("key", "x");
        SettingsException e = Assert.Throws<SettingsException>(() => Read(
            "--config", Path.Combine(_folder.FullName, "absent.json"), "--A:KeyFile", secret, "--A:Key", "y",
            "--B:KeyFile", Path.Combine(_folder.FullName, "absent")));
        Assert.Equal(3, e.Faults.Count);
        Assert.Contains(e.Faults, fault => fault.StartsWith("--config", StringComparison.Ordinal));
        Assert.Contains(e.Faults, fault => fault.StartsWith("A:Key and A:KeyFile", StringComparison.Ordinal));
        Assert.Contains(e.Faults, fault => fault.StartsWith("B:KeyFile", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("KEYSTONE__SIGNER__PRIVATEKEY", "0x01")]
    [InlineData("KEYSTONE__STORAGE__CONNECTION", "Host=x;Password=y")]
    public void A_secret_in_the_environment_is_refused(string name, string value)
    {
        SettingsException e = Assert.Throws<SettingsException>(() => WithEnvironment(name, value, () => Read()));
        Assert.Contains(name, Assert.Single(e.Faults), StringComparison.Ordinal);
        WithEnvironment(name, value, () =>
        {
            using ConfigurationManager configuration = new();
            KeystoneConfiguration.Read(configuration, [], secretsInEnvironment: true);
            return configuration;
        });
    }

    [Fact]
    public void A_list_of_addresses_may_be_one_value_with_commas()
    {
        IConfiguration read = Read("--Chains:0:RpcUrls", "https://one.example/key, https://two.example,", "--Http:TrustedProxies", "10.0.0.0/8");
        Assert.Equal(["https://one.example/key", "https://two.example"], read.GetSection("Chains:0:RpcUrls").Get<string[]>()!);
        Assert.Equal(["10.0.0.0/8"], read.GetSection("Http:TrustedProxies").Get<string[]>()!);
    }

    [Fact]
    public void A_path_may_name_the_folder_of_the_service_managers_credentials()
    {
        Write("connection", "Host=db\n");
        IConfiguration read = WithEnvironment("CREDENTIALS_DIRECTORY", _folder.FullName, () =>
            Read("--Storage:ConnectionStringFile", "$CREDENTIALS_DIRECTORY/connection", "--Signer:Keystore", "$CREDENTIALS_DIRECTORY/keeper.json"));
        Assert.Equal(("Host=db", Path.Combine(_folder.FullName, "keeper.json")), (read["Storage:ConnectionString"], read["Signer:Keystore"]));
        SettingsException fault = Assert.Throws<SettingsException>(() => Read("--Signer:Keystore", "$CREDENTIALS_DIRECTORY/keeper.json"));
        Assert.Equal("Signer:Keystore names $CREDENTIALS_DIRECTORY, which the service manager did not set.", Assert.Single(fault.Faults));
    }

    [Fact]
    public void A_list_is_not_set_in_both_ways()
    {
        SettingsException fault = Assert.Throws<SettingsException>(() => Read("--Chains:0:RpcUrls", "https://one.example", "--Chains:0:RpcUrls:0", "https://two.example"));
        Assert.StartsWith("Chains:0:RpcUrls is set as one value and by numbered entries", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    static ConfigurationManager Read(params string[] args)
    {
        ConfigurationManager configuration = new();
        KeystoneConfiguration.Read(configuration, args);
        return configuration;
    }

    static T WithEnvironment<T>(string name, string value, Func<T> act)
    {
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            return act();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
