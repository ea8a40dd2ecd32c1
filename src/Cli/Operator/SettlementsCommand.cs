using System.CommandLine;
using System.Globalization;
using Keystone.Cli.Integrator;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Operations;
using Keystone.Transactions;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone settlements</c>: list, show, explain, watch over the API, and the operator's pipeline, stuck, transitions, cost, retry, rollback, strays, orphans, erase.</summary>
internal static class SettlementsCommand
{
    public static Command Create() => new("settlements", "Settlements: list, show, explain and watch as a credential of a platform reads them; the other commands are the operator's and ask the database.")
    {
        SettlementCommands.List(), SettlementCommands.Show(), SettlementCommands.Explain(), SettlementCommands.Watch(),
        Pipeline(), Stuck(), Transitions(), Cost(), Retry(), Rollback(), Strays(), Orphans(), Erase(),
    };

    static Command Pipeline() => new Command("pipeline", "Counts open settlements by chain and state.").OnDatabase(async (source, _, cancellationToken) =>
    {
        Console.WriteLine($"{"chain",-12}{"state",-26}{"open",8}{"rolling back",14}  oldest");
        foreach (PipelineRow row in await new WorkStore(source).PipelineAsync(cancellationToken))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.ChainId,-12}{row.State,-26}{row.Count,8}{row.RollingBack,14}  {Time(row.Oldest)}"));
        return 0;
    });

    static Command Stuck()
    {
        Option<int> minutes = new("--minutes") { DefaultValueFactory = _ => 10, Description = "Minimum time without a change. Settlements with failures are listed regardless of it." };
        return new Command("stuck", "Lists open settlements that do not progress, and what each waits for.") { minutes }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            if (parsed.GetValue(minutes) < 0) throw new CommandFault("--minutes must not be below 0.");
            DateTimeOffset before = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(parsed.GetValue(minutes));
            foreach (StuckRow row in await new WorkStore(source).StuckAsync(before, 1_000, cancellationToken))
                Console.WriteLine($"{row.Id}  {row.State,-24}  since {Time(row.Since)}  times out {Time(row.TimeoutAt)}  {row.Waits}");
            return 0;
        });
    }

    static Command Transitions()
    {
        Argument<Guid> id = Id();
        return new Command("transitions", "Prints the full history of a settlement.") { id }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            IReadOnlyList<TransitionRow> rows = await new WorkStore(source).TransitionsAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (rows.Count == 0) throw Unknown(parsed.GetRequiredValue(id));
            foreach (TransitionRow row in rows)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Sequence,4}  {Time(row.At)}  {row.TriggeredBy,-10}  {row.Type,-24}  {row.From ?? "-"} > {row.To}"));
            return 0;
        });
    }

    static Command Cost()
    {
        Argument<Guid> id = Id();
        return new Command("cost", "Prints what the keeper's transactions for a settlement cost, in gas and wei.") { id }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            WorkStore work = new(source);
            if ((await work.TransitionsAsync(parsed.GetRequiredValue(id), cancellationToken)).Count == 0) throw Unknown(parsed.GetRequiredValue(id));
            UInt256 wei = UInt256.Zero;
            long gas = 0;
            foreach (IntentCost row in await work.CostAsync(parsed.GetRequiredValue(id), cancellationToken))
            {
                string action = row.Name.Part < 0 ? row.Name.Purpose : $"{row.Name.Purpose} {row.Name.Part}", shared = row.SharedBy > 1 ? $"  1 of {row.SharedBy}" : "";
                Console.WriteLine($"{action,-16}{row.Gas,10} gas {row.Wei,24} wei  block {row.Block}  {row.Transaction}{(row.Succeeded ? "" : "  reverted")}{shared}");
                (gas, wei) = (gas + row.Gas, wei + row.Wei);
            }
            Console.WriteLine($"{"in all",-16}{gas,10} gas {wei,24} wei");
            return 0;
        });
    }

    static Command Strays() => new Command("strays", "Tokens that came to the escrow by a plain transfer, with sender and transaction. Nobody can send them back.")
        .OnDatabase(async (source, _, cancellationToken) =>
        {
            foreach (MirroredStray stray in (await new MirrorReader(source).ReadStraysAsync(1_000, 0, cancellationToken)).Strays)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"chain {stray.ChainId}  block {stray.Block}  {stray.Transaction}  {stray.Amount} of {stray.Token} from {stray.Sender}"));
            return 0;
        });

    static Command Orphans() => new Command("orphans", "Settlements that are open on the chain, or hold deposits there, and are not in this database: after a restore, those made since the backup.")
        .OnDatabase(async (source, _, cancellationToken) =>
        {
            foreach (OrphanView one in await new ReadOrphans(source, new MirrorReader(source)).ExecuteAsync(cancellationToken))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"chain {one.ChainId}  {one.EscrowId}  {one.State,-9}  {(one.IsOurs ? "ours    " : "others' ")}  holds {(one.Held.Count == 0 ? "nothing" : $"legs {string.Join(", ", one.Held)}")}  {(one.Deadline is { } end ? $"until {Time(end)}" : "terms not published")}"));
            return 0;
        });

    static Command Retry()
    {
        Argument<Guid> id = Id();
        return new Command("retry", "Tries a settlement and its transactions again at once, without waiting for the delay after earlier failures.") { id }.OnDatabase(async (source, parsed, cancellationToken) =>
            {
                Guid settlement = parsed.GetRequiredValue(id);
                Require(await new OrderStore(source, TimeProvider.System).RetryAsync(settlement, cancellationToken), settlement);
                Console.WriteLine($"{settlement} is tried again");
                return 0;
            });
    }

    static Command Rollback()
    {
        Argument<Guid> id = Id();
        Option<string> reason = new("--reason") { Required = true, Description = "Reason; it is stored in the audit trail." };
        return new Command("rollback", "Cancels a settlement and refunds every deposit. A swap that was executed before the cancellation remains.") { id, reason }.OnDatabase(async (source, parsed, cancellationToken) =>
            {
                Guid settlement = parsed.GetRequiredValue(id);
                OrderOutcome outcome = await new OrderStore(source, TimeProvider.System).RollBackAsync(
                    settlement, parsed.GetRequiredValue(reason), "operator:" + Environment.UserName, cancellationToken);
                Require(outcome, settlement);
                Console.WriteLine(outcome == OrderOutcome.Repeated ? $"{settlement} was ordered back before" : $"{settlement} is rolled back");
                return 0;
            });
    }

    static Command Erase()
    {
        Argument<Guid> id = Id();
        Option<string> role = new("--role") { Required = true, Description = "Role of the party." };
        Option<string[]> fields = new("--field") { AllowMultipleArgumentsPerToken = true, Description = $"Fields, of {string.Join(", ", ErasureStore.Fields)}; default: all." };
        return new Command("erase", "Erases personal fields of a party of a settlement that has ended. The audit trail stays whole.") { id, role, fields }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Result<ErasedFields> erased = await new ErasureStore(source, TimeProvider.System).EraseAsync(parsed.GetRequiredValue(id), parsed.GetRequiredValue(role),
                parsed.GetValue(fields) is { Length: > 0 } named ? named : null, cancellationToken);
            if (erased.Error is { } error) throw new CommandFault(error.Detail);
            Console.WriteLine($"erased {string.Join(", ", erased.Value!.Fields)} of the {erased.Value.Role}");
            return 0;
        });
    }

    static void Require(OrderOutcome outcome, Guid id)
    {
        if (outcome == OrderOutcome.Unknown) throw Unknown(id);
        if (outcome == OrderOutcome.Closed) throw new CommandFault($"{id} is at its end; nothing can be ordered any more.");
        if (outcome == OrderOutcome.Executed) throw new CommandFault($"{id} was executed on the chain; there is nothing left to roll back.");
    }

    static CommandFault Unknown(Guid id) => new($"There is no settlement {id}.");

    static Argument<Guid> Id() => new("settlement_id") { Description = "Id of the settlement." };

    static string Time(DateTimeOffset at) => Timestamps.Seconds(at);
}
