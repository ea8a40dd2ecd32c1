using System.CommandLine;
using System.Globalization;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Settlements.Operations;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone sender</c>: the life of the accounts that send transactions.</summary>
internal static class SenderCommand
{
    public static Command Create() => new("sender", "Manages the accounts that send transactions: puts one into service, lets the one before drain, and ends it.") { List(), Add(), Drain(), Retire() };

    static Command List() => new Command("list", "Lists the accounts, and what each still holds.").OnDatabase(async (source, _, cancellationToken) =>
    {
        foreach (SenderView one in await new OperateSenders(source).ListAsync(cancellationToken)) Console.WriteLine(Line(one));
        return 0;
    });

    static Command Add()
    {
        Option<bool> force = new("--without-key") { Description = "Also when no keeper has shown the account's key; nothing is sent until one does." };
        return Order("add", "Puts an account into service: new settlements and new transactions are its own at once, and the account before it drains.",
            (senders, chain, account, parsed, cancellationToken) => senders.AddAsync(chain, account, parsed.GetValue(force), cancellationToken), "in service", force);
    }

    static Command Drain() => Order("drain", "Takes an account out of service without another in its place: until one is put into service, nothing new is registered on the chain.",
        (senders, chain, account, _, cancellationToken) => senders.DrainAsync(chain, account, cancellationToken), "draining");

    static Command Retire()
    {
        Option<bool> lost = new("--lost") { Description = "The key is gone: also while the account holds work. Settlements whose terms name it can then be executed and refunded, and not cancelled." };
        return Order("retire", "Ends an account that holds nothing any more; no keeper sends for it again.",
            (senders, chain, account, parsed, cancellationToken) => senders.RetireAsync(chain, account, parsed.GetValue(lost), cancellationToken), "retired", lost);
    }

    static Command Order(
        string name, string description, Func<OperateSenders, long, Address, ParseResult, CancellationToken, Task<SenderOutcome>> order, string state, params Option<bool>[] options)
    {
        Argument<string> account = new("address") { Description = "The account." };
        Option<long?> chain = new("--chain-id") { Description = "EIP-155 id of the chain; default: the only one that accounts are known on." };
        Command command = new(name, description) { account, chain };
        foreach (Option<bool> option in options) command.Add(option);
        return command.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            if (!Address.TryParse(parsed.GetRequiredValue(account), out Address address))
                throw new CommandFault("The address must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.");
            OperateSenders senders = new(source);
            long chainId = parsed.GetValue(chain) ?? Only(await senders.ListAsync(cancellationToken));
            SenderOutcome outcome = await order(senders, chainId, address, parsed, cancellationToken);
            SenderView? now = (await senders.ListAsync(cancellationToken)).FirstOrDefault(one => one.ChainId == chainId && one.Address == address.ToString());
            if (Refusal(outcome, chainId, address, now) is { } refusal) throw new CommandFault(refusal);
            Console.WriteLine(outcome == SenderOutcome.Unchanged ? $"{address} was {now!.Status} before" : $"{address} is {state}");
            foreach (SenderView one in (await senders.ListAsync(cancellationToken)).Where(one => one.ChainId == chainId)) Console.WriteLine(Line(one));
            return 0;
        });
    }

    static long Only(IReadOnlyList<SenderView> senders) => senders.Select(one => one.ChainId).Distinct().ToArray() is [var only] ? only
        : throw new CommandFault($"Name the chain as --chain-id; accounts are known on {(senders.Count == 0 ? "none" : string.Join(", ", senders.Select(one => one.ChainId).Distinct()))}.");

    static string? Refusal(SenderOutcome outcome, long chainId, Address account, SenderView? now) => outcome switch
    {
        SenderOutcome.NoKey => $"No keeper has shown the key of {account} in the last two minutes. Name it in the settings of every keeper as Signer:Others:0, restart them, and try again; --without-key does it all the same.",
        SenderOutcome.Unknown => $"Chain {chainId} has no account {account}; keystone sender list shows them.",
        SenderOutcome.IsRetired => $"{account} is retired, which is for good; make a new account.",
        SenderOutcome.IsDedicated => $"{account} attests (Attester:Signer), and an account that attests never sends swaps; make another key.",
        SenderOutcome.IsActive => $"{account} is in service. Put another account into service first (keystone sender add), or take this one out (keystone sender drain).",
        SenderOutcome.HoldsWork => $"{account} still holds {Held(now!)}. It ends by itself when the last of them has; if the key is gone, --lost does it all the same.",
        _ => null,
    };

    static string Held(SenderView one) => string.Create(CultureInfo.InvariantCulture, $"{one.OpenSettlements} open settlements, {one.OpenNonces} nonces that are not final, {one.OpenIntents} transactions to come");

    static string Line(SenderView one) => string.Create(CultureInfo.InvariantCulture,
        $"{one.ChainId}  {one.Address}  {one.Status,-9}  since {Timestamps.Seconds(one.StatusAt)}  key seen {(one.KeySeenAt is { } seen ? Timestamps.Seconds(seen) : "never")}  holds {Held(one)}");
}
