using System.CommandLine;
using Keystone.Hosting;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;

namespace Keystone.Cli.Operator;

/// <summary>The database of the commands, reached as its owner: <c>--database</c>, else <c>Storage:ConnectionString</c> of the settings.</summary>
internal sealed class OwnerDatabase
{
    readonly Option<string?> _connection = new("--database") { Description = "Connection string of the role that owns the database; default: Storage:ConnectionString of the settings." };
    readonly Option<string?> _config = new("--config") { Description = "Settings file; default: keystone.json in this folder, if it exists." };

    public void AddTo(Command command)
    {
        command.Options.Add(_connection);
        command.Options.Add(_config);
    }

    /// <summary>The database, opened.</summary>
    public Npgsql.NpgsqlDataSource Open(ParseResult parsed) => StorageRegistration.Open(Read(parsed));

    /// <summary>The connection string.</summary>
    /// <exception cref="SettingsException">There is none, or it cannot be read.</exception>
    public StorageOptions Read(ParseResult parsed)
    {
        StorageOptions options = new();
        if (parsed.GetValue(_connection) is { } given)
        {
            options.ConnectionString = given;
        }
        else
        {
            using ConfigurationManager configuration = new();
            KeystoneConfiguration.Read(configuration, parsed.GetValue(_config) is { } file ? ["--config", file] : []);
            configuration.GetSection(StorageOptions.Section).Bind(options);
        }
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new SettingsException(faults);
        // A migration may take longer than a service's statement ever should.
        options.StatementTimeoutSeconds = 3_600;
        return options;
    }
}
