using System.Globalization;
using System.Numerics;
using Keystone.Domain.Escrow;
using Keystone.Escrow.Contracts.SettlementEscrow;
using Keystone.Ethereum;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Nethereum.RPC.Eth.DTOs;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>Events of both decoders as one text, so that they can be compared.</summary>
static class EventText
{
    /// <summary>What the definitions read in a log; null when they refuse it.</summary>
    public static string? ByDefinitions(LogEntry log)
    {
        FilterLog same = new()
        {
            Address = log.Address.ToString(),
            Topics = [.. log.Topics.Select(topic => (object)topic.ToString())],
            Data = Hex.Encode(log.Data.Span),
        };
        try
        {
            return Read<RegisteredEvent>(same, e => Text("Registered", e.Id, e.By, Text(e.Settlement)))
                ?? Read<OpenedEvent>(same, e => Text("Opened", e.Id, e.By, Text(e.Header), string.Join(' ', e.LegHashes.Select(Convert.ToHexStringLower))))
                ?? Read<DepositedEvent>(same, e => Text("Deposited", e.Id, e.From, e.Index, Text(e.Leg)))
                ?? Read<ArmedEvent>(same, e => Text("Armed", e.Id, e.From, e.Index, Text(e.Leg)))
                ?? Read<WithdrawnEvent>(same, e => Text("Withdrawn", e.Id, e.Index, e.To))
                ?? Read<DisarmedEvent>(same, e => Text("Disarmed", e.Id, e.Index))
                ?? Read<ExecutedEvent>(same, e => Text("Executed", e.Id, e.By, e.FromWallets))
                ?? Read<CancelledEvent>(same, e => Text("Cancelled", e.Id, e.By, (byte)e.How))
                ?? Read<RefundedEvent>(same, e => Text("Refunded", e.Id, e.Index, e.To))
                ?? Read<SwapFailedEvent>(same, e => Text("SwapFailed", e.Id, e.GasGiven, e.Reason))
                ?? Read<RefundFailedEvent>(same, e => Text("RefundFailed", e.Id, e.Index, e.GasGiven, e.Reason));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The library has no type of its own for data that it cannot read.
            return null;
        }
    }

    /// <summary>What the mirror's decoder read.</summary>
    public static string Of(EscrowEvent happened) => happened switch
    {
        EscrowEvent.Registered e => Text("Registered", e.Id, e.By, Text(e.Terms)),
        EscrowEvent.Opened e => Text("Opened", e.Id, e.By, Text(e.Header), string.Join(' ', e.LegHashes.Select(hash => Convert.ToHexStringLower(hash.ToBytes())))),
        EscrowEvent.Deposited e => Text("Deposited", e.Id, e.From, e.Index, Text(e.Leg)),
        EscrowEvent.Armed e => Text("Armed", e.Id, e.From, e.Index, Text(e.Leg)),
        EscrowEvent.Withdrawn e => Text("Withdrawn", e.Id, e.Index, e.To),
        EscrowEvent.Disarmed e => Text("Disarmed", e.Id, e.Index),
        EscrowEvent.Executed e => Text("Executed", e.Id, e.By, e.FromWallets),
        EscrowEvent.Cancelled e => Text("Cancelled", e.Id, e.By, (byte)e.How),
        EscrowEvent.Refunded e => Text("Refunded", e.Id, e.Index, e.To),
        EscrowEvent.SwapFailed e => Text("SwapFailed", e.Id, e.GasGiven, e.Reason.ToArray()),
        EscrowEvent.RefundFailed e => Text("RefundFailed", e.Id, e.Index, e.GasGiven, e.Reason.ToArray()),
        _ => throw new InvalidOperationException($"{happened.GetType().Name} has no text."),
    };

    static string? Read<T>(FilterLog log, Func<T, string> text) where T : class, IEventDTO, new() => log.DecodeEvent<T>() is { } found ? text(found.Event) : null;

    static string Text(EscrowTerms terms) => $"{Text(terms.Header)} [{string.Join(' ', terms.Legs.Select(Text))}]";

    static string Text(SettlementTerms terms) =>
        $"{Text("header", terms.Ref, terms.NotBefore, terms.Deadline, terms.Operator, terms.Gate, terms.Commitment)} [{string.Join(' ', terms.Legs.Select(Text))}]";

    static string Text(EscrowHeader header) => Text("header", header.Ref, header.NotBefore, header.Deadline, header.Operator, header.Gate, header.Commitment);

    static string Text(SettlementHeader header) => Text("header", header.Ref, header.NotBefore, header.Deadline, header.Operator, header.Gate, header.Commitment);

    static string Text(EscrowLeg leg) => Text("leg", (byte)leg.Kind, (byte)leg.Mode, leg.Token, leg.From, leg.To, leg.RefundTo, leg.TokenId, leg.Amount);

    static string Text(SettlementLeg leg) => Text("leg", (byte)leg.Kind, (byte)leg.Mode, leg.Token, leg.From, leg.To, leg.RefundTo, leg.TokenId, leg.Amount);

    static string Text(string name, params object[] values) => $"{name}({string.Join(',', values.Select(Value))})";

    static string Value(object value) => value switch
    {
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Hash32 hash => Convert.ToHexStringLower(hash.ToBytes()),
        Address account => Convert.ToHexStringLower(account.ToBytes()),
        string text when text.StartsWith("0x", StringComparison.Ordinal) => text[2..].ToLowerInvariant(),
        UInt256 number => number.ToBigInteger().ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
