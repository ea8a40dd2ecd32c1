using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Templates;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>An environment's own template, whose states no program knows by name, is run by the keeper as a built-in one is.</summary>
public sealed class UploadedTemplateTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    const string Slug = "own-bonds";

    const string Config = """
        { "states": ["AGREED", "CHECKED", "CLEAN", "ON_CHAIN", "FUNDING", "SWAPPING", "DONE", "BOOKED", "UNDONE", "LATE"],
          "initial_state": "AGREED", "terminal_states": ["BOOKED"], "failure_states": ["UNDONE", "LATE"],
          "transitions": {
            "AGREED": ["CHECKED", "UNDONE", "LATE"], "CHECKED": { "allowed_next": ["CLEAN", "UNDONE", "LATE"] }, "CLEAN": ["ON_CHAIN", "UNDONE", "LATE"],
            "ON_CHAIN": ["FUNDING", "UNDONE", "LATE"], "FUNDING": ["SWAPPING", "UNDONE", "LATE"], "SWAPPING": ["DONE", "UNDONE", "LATE"], "DONE": ["BOOKED"] },
          "actions": {
            "CHECKED": { "type": "compliance_check" }, "ON_CHAIN": { "type": "register_escrow", "provider": "escrow", "resolution": "poll" },
            "FUNDING": { "type": "monitor_deposits" }, "SWAPPING": { "type": "execute_escrow" }, "DONE": { "type": "finalize" } },
          "required_roles": ["buyer", "seller"], "required_leg_types": ["asset", "payment"] }
        """;

    protected override string Template => Slug;

    [Fact]
    public async Task It_runs_to_its_wanted_end_and_to_the_one_of_a_deadline()
    {
        await using KeeperHost keeper = await StartAsync(jobs: false);
        Assert.Equal(1, (await UploadAsync(Config)).Value!.Template.Version);
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        // Settlements keep their version: a later one changes nothing for them.
        StoredTemplate second = (await UploadAsync(Config.Replace("CLEAN", "CLEARED", StringComparison.Ordinal))).Value!;
        Assert.Equal(2, second.Template.Version);
        await StateAsync(id, "FUNDING");
        EscrowTerms terms = await TermsAsync(id);
        await DepositAsync(terms, 0, Seller);
        await DepositAsync(terms, 1, Buyer);
        await StateAsync(id, "BOOKED", mine: true);
        Assert.Equal(Bonds, await Chain.BalanceAsync(Bond, Buyer.Address));
        Assert.Equal(["AGREED", "CHECKED", "CLEAN", "ON_CHAIN", "FUNDING", "SWAPPING", "DONE", "BOOKED"], await Book.StatesAsync(id));

        Guid late = await InstructAsync(TimeSpan.FromMinutes(10));
        await StateAsync(late, "FUNDING");
        await Chain.MoveTimeToAsync((await TermsAsync(late)).Header.Deadline.Seconds + 1);
        await StateAsync(late, "LATE", mine: true);
        Assert.Contains("CLEARED", await Book.StatesAsync(late));
    }

    [Fact]
    public async Task One_that_cannot_be_run_is_refused_with_all_that_is_wrong_and_nothing_is_stored()
    {
        Result<StoredTemplate> refused = await UploadAsync(Config.Replace("\"DONE\": [\"BOOKED\"]", "\"DONE\": [\"NOWHERE\"]", StringComparison.Ordinal)
            .Replace("execute_escrow", "execute", StringComparison.Ordinal));
        Assert.Contains("actions.SWAPPING.type must be one of", Assert.Single(refused.Error!.Faults).Message, StringComparison.Ordinal);
        refused = await UploadAsync(Config.Replace("\"DONE\": [\"BOOKED\"]", "\"DONE\": [\"NOWHERE\"]", StringComparison.Ordinal));
        Assert.Contains(refused.Error!.Faults, fault => fault.Message == "DONE leads to NOWHERE, which is no state of this template.");
        Assert.All(refused.Error!.Faults, fault => Assert.Equal("/config", fault.Pointer));
        Assert.Contains("config cannot be read", Assert.Single((await UploadAsync("{")).Error!.Faults).Message, StringComparison.Ordinal);
        Assert.Equal("/slug", Assert.Single((await UploadAsync(Config, "DVP-standard".ToLowerInvariant())).Error!.Faults).Pointer);
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from settlement.template where environment_id = $1", Environment));
    }

    [Fact]
    public async Task A_template_that_a_later_build_has_stored_is_not_listed()
    {
        await UploadAsync(Config);
        await Book.RunAsync("update settlement.template set config = replace(config, 'compliance_check', 'ask_an_oracle') where environment_id = $1", Environment);
        Assert.Equal(BuiltInTemplates.All.Select(template => template.Slug).Order(),
            (await new TemplateStore(Database.Source).ListAsync(Environment, CancellationToken.None)).Select(stored => stored.Template.Slug));
    }

    [Fact]
    public async Task Uploads_at_once_get_a_version_each()
    {
        Result<StoredTemplate>[] added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UploadAsync(Config)));
        Assert.Equal(Enumerable.Range(1, 8), added.Select(one => one.Value!.Template.Version).Order());
    }

    Task<Result<StoredTemplate>> UploadAsync(string config, string slug = Slug) => new AddTemplate(new TemplateStore(Database.Source), TimeProvider.System)
        .ExecuteAsync(Environment, slug, "Own bonds", "Bonds against money.", config, CancellationToken.None);
}
