using Keystone.Client.Models;
using Keystone.Ethereum;

namespace Keystone.Cli.Integrator;

/// <summary>
/// What a wallet lets itself be told by the API: approvals to the escrow for exactly the leg's amount, and calls of the escrow. Whoever answers in the place of the API can then at worst
/// have a deposit made into the escrow that the person sees on the screen.
/// </summary>
internal static class DepositRules
{
    const string Approve = "0x095ea7b3", ApproveForAll = "0xa22cb465";

    const int WordDigits = 64, SelectorDigits = 10;

    /// <exception cref="CommandFault">The operation is none of a deposit.</exception>
    public static void Require(DepositInstructions instructions, LegInstructions leg, DepositOperation operation)
    {
        Address escrow = Address.Parse(instructions.EscrowAddress), token = Address.Parse(leg.TokenAddress), to = Address.Parse(operation.To);
        if (operation.Value != "0") throw Refused(leg, operation, "it sends ether");
        if (operation.ChainId != instructions.ChainId) throw Refused(leg, operation, $"it is for chain {operation.ChainId}");
        switch (operation.Step)
        {
            case "deposit" when to == escrow:
                return;
            case "approve_zero" or "approve" or "approve_for_all" when to == token:
                string selector = operation.Step == "approve_for_all" ? ApproveForAll : Approve;
                if (!operation.Data.StartsWith(selector, StringComparison.OrdinalIgnoreCase) || operation.Data.Length != SelectorDigits + (2 * WordDigits))
                    throw Refused(leg, operation, "its call data is of another function");
                string spender = operation.Data.Substring(SelectorDigits, WordDigits), value = operation.Data[(SelectorDigits + WordDigits)..];
                if (Address.Parse("0x" + spender[24..].ToLowerInvariant()) != escrow) throw Refused(leg, operation, "it approves another account than the escrow");
                UInt256 amount = new(Hex.Decode("0x" + value));
                UInt256 most = operation.Step switch { "approve_zero" => UInt256.Zero, "approve_for_all" => 1UL, _ => leg.TokenId is { } id ? UInt256.Parse(id) : UInt256.Parse(leg.Amount) };
                if (amount != most) throw Refused(leg, operation, $"it approves {amount}, the leg is {most}");
                return;
            default:
                throw Refused(leg, operation, $"it calls {operation.To}");
        }
    }

    static CommandFault Refused(LegInstructions leg, DepositOperation operation, string why) =>
        new($"The operation {Terminal.Clean(operation.Step)} of leg {leg.Index} is not sent: {why}. Compare the answer of the API with the settlement's terms.");
}
