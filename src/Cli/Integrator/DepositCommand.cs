using System.CommandLine;
using System.CommandLine.Completions;
using Keystone.Cli.Deploy;
using Keystone.Client.Models;
using Keystone.Connections;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;

namespace Keystone.Cli.Integrator;

/// <summary><c>keystone deposit</c>: the transactions of a depositor, printed for a custody system or sent from a keystore.</summary>
internal static class DepositCommand
{
    const string ZeroValue = "0";

    public static Command Create()
    {
        Argument<Guid> id = new("settlement_id") { Description = "Id of the settlement; from the state REGISTERING_ESCROW on." };
        Option<string?> role = new("--role") { Description = "Role whose legs are deposited. Default: every role that is yours." };
        role.CompletionSources.Add(_ => [new CompletionItem("buyer"), new CompletionItem("seller")]);
        Option<bool> send = new("--send") { Description = "Sends the transactions from --keystore to --rpc-url. Without it they are printed." };
        Option<string?> escrow = new("--escrow") { Description = "Address of the escrow as you know it, for example from the published deployments; an answer of the API that names another one is refused." };
        Option<bool> json = ApiCommands.Json();
        DeployerOptions wallet = new(required: false);
        Command command = new("deposit", "Prints the transactions that deposit your legs of a settlement, to be pasted into a custody system, or sends them.") { id, role, send, escrow, json };
        wallet.AddTo(command);
        return command.OnApi(async (client, _, parsed, cancellationToken) =>
        {
            DepositInstructions instructions = await client.GetDepositInstructionsAsync(parsed.GetRequiredValue(id), cancellationToken);
            LegInstructions[] legs = [.. instructions.Legs.Where(leg => parsed.GetValue(role) is not { } only || leg.Role == only)];
            if (legs.Length == 0)
                throw new CommandFault($"No leg is of the role {parsed.GetValue(role)}; yours are: {string.Join(", ", instructions.Legs.Select(leg => leg.Role).Distinct(StringComparer.Ordinal))}.");
            RequireEscrow(instructions, parsed.GetValue(escrow));
            if (parsed.GetValue(send)) return await SendAsync(instructions, legs, wallet, parsed, cancellationToken);
            if (parsed.GetValue(json)) Terminal.WriteJson(instructions with { Legs = legs });
            else Print(instructions, legs);
            return 0;
        });
    }

    static void RequireEscrow(DepositInstructions instructions, string? known)
    {
        if (known is null) return;
        if (!Address.TryParse(known, out Address expected)) throw new CommandFault("--escrow must be 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.");
        if (Address.Parse(instructions.EscrowAddress) != expected) throw new CommandFault($"The API names the escrow {instructions.EscrowAddress}, not {expected}: nothing is deposited there.");
    }

    static void PrintEscrow(DepositInstructions instructions) =>
        Console.WriteLine($"Escrow {instructions.EscrowId} at {instructions.EscrowAddress}, chain {instructions.ChainId}, until {instructions.Deadline.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z.");

    static void Print(DepositInstructions instructions, LegInstructions[] legs)
    {
        PrintEscrow(instructions);
        Console.WriteLine("A plain transfer to the escrow is no deposit and cannot be returned.");
        foreach (LegInstructions leg in legs)
        {
            Console.WriteLine();
            Console.WriteLine($"Leg {leg.Index} of {Terminal.Clean(leg.Role)}: {leg.Amount} smallest units of {leg.TokenAddress}, from {leg.Depositor}, {leg.Status}");
            foreach (DepositOperation operation in leg.Operations)
            {
                Console.WriteLine($"  {operation.Step}{(operation.Needed ? "" : " (done already)")}: {Terminal.Clean(operation.Detail)}");
                if (operation.Warning is { } warning) Console.WriteLine($"    warning   {Terminal.Clean(warning)}");
                Console.WriteLine($"    to        {operation.To}");
                Console.WriteLine($"    value     {operation.Value}");
                Console.WriteLine($"    function  {Terminal.Clean(operation.Function)}");
                Console.WriteLine($"    data      {operation.Data}");
                Console.WriteLine($"    gas       {operation.GasEstimate}");
            }
            foreach (PreflightCheck check in leg.Preflight.Where(check => !check.Ok)) Console.WriteLine($"  not ok: {check.Check}: {Terminal.Clean(check.Detail)}");
        }
    }

    static async Task<int> SendAsync(DepositInstructions instructions, LegInstructions[] legs, DeployerOptions wallet, ParseResult parsed, CancellationToken cancellationToken)
    {
        using HttpClient http = new(HostConnector.Handler());
        JsonRpcNode node = new(http, wallet.Url(parsed));
        long chain = await node.GetChainIdAsync(cancellationToken);
        if (chain != instructions.ChainId) throw new CommandFault($"The node of --rpc-url is of chain {chain}, the settlement of chain {instructions.ChainId}.");
        using PrivateKeySigner signer = await wallet.OpenAsync(parsed, cancellationToken);
        LegInstructions[] open = [.. legs.Where(leg => leg.Status == "pending")];
        if (open.FirstOrDefault(leg => Address.Parse(leg.Depositor) != signer.Address) is { } foreign)
            throw new CommandFault($"Leg {foreign.Index} is deposited from {foreign.Depositor}, and the key given is of {signer.Address}. Name the leg's role by --role, or give its key.");
        foreach (LegInstructions leg in open)
            foreach (DepositOperation operation in leg.Operations) DepositRules.Require(instructions, leg, operation);
        PrintEscrow(instructions);
        TransactionSender sender = new(node, signer);
        foreach (LegInstructions leg in open)
            foreach (DepositOperation operation in leg.Operations.Where(operation => operation.Needed && operation.Value == ZeroValue))
            {
                TransactionReceipt receipt = await sender.SendAsync(Address.Parse(operation.To), Hex.Decode(operation.Data), cancellationToken);
                Console.WriteLine($"leg {leg.Index} {operation.Step}: transaction {receipt.TransactionHash}");
            }
        Console.WriteLine(open.Length == 0 ? "Every leg is in already." : $"{open.Length} {(open.Length == 1 ? "leg is" : "legs are")} deposited.");
        return 0;
    }
}
