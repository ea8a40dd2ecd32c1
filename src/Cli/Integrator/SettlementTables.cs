using System.Globalization;
using Keystone.Client.Models;
using Spectre.Console;

namespace Keystone.Cli.Integrator;

/// <summary>Settlements for people.</summary>
internal static class SettlementTables
{
    public static void WriteList(SettlementPage page)
    {
        Table table = Terminal.Table("id", "state", "reference", "legs", "times out");
        foreach (Settlement one in page.Items)
            table.AddRow(one.Id.ToString(), Terminal.State(one.State, one.IsTerminal, one.Failure is not null), Terminal.Text(one.ExternalReference ?? "-"),
                Terminal.Text(string.Join(", ", one.Legs.Select(Short))), Time(one.TimeoutAt));
        Terminal.Write(table);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{page.Items.Count} of {page.Total}{(page.TotalCapped == true ? " or more" : "")}"));
        if (page.NextCursor is { } cursor) Console.WriteLine($"more: --cursor {cursor}");
    }

    public static void WriteOne(Settlement one)
    {
        Table facts = Terminal.Table("", "");
        facts.ShowHeaders = false;
        void Fact(string name, string? text) => facts.AddRow(Terminal.Text(name), text ?? "-");
        Fact("settlement", one.Id.ToString());
        Fact("state", Terminal.State(one.State, one.IsTerminal, one.Failure is not null));
        Fact("template", Terminal.Text($"{one.TemplateSlug}, version {one.TemplateVersion.ToString(CultureInfo.InvariantCulture)}"));
        Fact("reference", Terminal.Text(one.ExternalReference ?? "-"));
        Fact("created", Time(one.CreatedAt));
        Fact("times out", Time(one.TimeoutAt));
        if (one.Failure is { } failure) Fact("failure", Terminal.Text($"{failure.Code}: {failure.Message}"));
        if (one.Rollback is { } rollback) Fact("rollback", Terminal.Text($"{rollback.Status}, {rollback.Cause}"));
        if (one.Compliance is { } compliance) Fact("compliance", Terminal.Text(compliance.Status));
        if (one.Hold.Own || one.Hold.Other) Fact("hold", one.Hold.Own && one.Hold.Other ? "both sides" : one.Hold.Own ? "yours" : "the other side's");
        if (one.Escrow is { } escrow)
        {
            Fact("escrow", Terminal.Text(string.Create(CultureInfo.InvariantCulture, $"{escrow.Id} at {escrow.ContractAddress}, chain {escrow.ChainId}")));
            Fact("deposited", string.Create(CultureInfo.InvariantCulture, $"{escrow.FundedLegs} of {escrow.TotalLegs} legs"));
            if (escrow.ExecuteTx?.Hash is { } hash) Fact("swap", Terminal.Text(hash));
        }
        if (one.Finality is { } finality) Fact("final", finality.Finalized ? "yes" : finality.ExpectedAt is { } at ? $"expected {Time(at)}" : "not yet");
        Terminal.Write(facts);

        Table parties = Terminal.Table("role", "platform", "status", "reference", "name", "wallet");
        foreach (Party party in one.Parties)
            parties.AddRow(Terminal.Text(party.Role), Terminal.Text(party.PlatformSlug), Terminal.Text(party.Status), Terminal.Text(party.ExternalReference ?? "-"), Terminal.Text(party.Name ?? "-"),
                Terminal.Text(party.WalletAddress ?? "-"));
        Terminal.Write(parties);

        Table legs = Terminal.Table("leg", "type", "quantity", "from", "to", "status", "transaction");
        foreach (Leg leg in one.Legs)
            legs.AddRow(leg.Index.ToString(CultureInfo.InvariantCulture), Terminal.Text(leg.LegType), Terminal.Text(Short(leg)), Terminal.Text(leg.PartyRole), Terminal.Text(leg.RecipientRole),
                Terminal.Text(leg.Status), Terminal.Text((leg.Refund ?? leg.Release ?? leg.Deposit)?.Hash ?? "-"));
        Terminal.Write(legs);
    }

    public static void WriteExplain(Explain explain)
    {
        Console.WriteLine(explain.NextState is { } next ? $"{explain.State}, then {next}" : explain.State);
        if (explain.WaitingFor.Count == 0)
        {
            Console.WriteLine("It waits for nobody.");
            return;
        }
        Table table = Terminal.Table("who", "role", "action", "by", "reason", "what");
        foreach (Wait wait in explain.WaitingFor)
        {
            table.AddRow(Terminal.Text(wait.Who), Terminal.Text(wait.Role ?? "-"), Terminal.Text(wait.Action), wait.By is { } by ? Time(by) : "-", Terminal.Text(wait.IsoReason ?? "-"),
                Terminal.Text(wait.Detail));
            foreach (Check check in wait.Checks)
                table.AddRow("", "", Terminal.Text(check.CheckValue), check.Ok switch { true => "[green]ok[/]", false => "[red]not ok[/]", null => "not read" }, "", Terminal.Text(check.Detail));
        }
        Terminal.Write(table);
    }

    static string Short(Leg leg) => $"{leg.Quantity} {leg.Token.Symbol ?? leg.Token.Address}";

    static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
