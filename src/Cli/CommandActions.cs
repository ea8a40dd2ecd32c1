using System.CommandLine;
using System.Net.Sockets;
using Keystone.Client;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signers;
using Keystone.Hosting;
using Keystone.Identity;
using Keystone.Postgres;
using Keystone.Postgres.Migrations;

namespace Keystone.Cli;

/// <summary>Runs a command. A user error is a sentence and exit code 1; a bug is a stack trace.</summary>
internal static class CommandActions
{
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }
            catch (Exception fault) when (IsUserError(fault))
            {
                await Console.Error.WriteLineAsync(LogRedaction.Redact(fault.Message));
                return 1;
            }
        });
        return command;
    }

    /// <summary>Runs a command on the database that its options name.</summary>
    public static Command OnDatabase(this Command command, Func<Npgsql.NpgsqlDataSource, ParseResult, CancellationToken, Task<int>> action)
    {
        Operator.OwnerDatabase database = new();
        database.AddTo(command);
        return command.Runs(async (parsed, cancellationToken) =>
        {
            await using Npgsql.NpgsqlDataSource source = database.Open(parsed);
            return await action(source, parsed, cancellationToken);
        });
    }

    static bool IsUserError(Exception fault) => fault is CommandFault or SettingsException or PlatformException or MigrationException or MissingDatabaseException or KeystoreException
        or NodeException or Nethereum.JsonRpc.Client.RpcResponseException or ChainIdentityException or System.Data.Common.DbException or SocketException or IOException or UnauthorizedAccessException
        or PlatformNotSupportedException or KeystoneApiException or HttpRequestException;
}
