using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Screening;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Tests;

/// <summary>What screenings found is read by the compliance role of the party's own platform, and by nobody else.</summary>
[Collection(ApiCollection.Name)]
public sealed class ScreeningEvidenceTests(ApiFixture api) : IAsyncLifetime
{
    const string Set = "0x5e70000000000000000000000000000000000000000000000000000000000001", File = "0xf11e000000000000000000000000000000000000000000000000000000000002";

    WebApplication? _app;

    public async Task InitializeAsync() => _app = await api.StartAsync();

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    // As it is stored for a name that an entry of a list resembles, with a provider beside the lists.
    static string Evidence(string entry) => $$$"""
        {"matcher":1,"reader":1,"flag":8800,"fail":9800,"lists":"flagged","hits":[{"list":"eu","entry":"{{{entry}}}","by":"name","score":9125}],"provider":{"reference":"case-77","verdict":"pass","data_version":"2026-11"}}
        """;

    async Task AnswerAsync(Guid settlement, string role, string entry)
    {
        await api.RunAsync("""
            insert into compliance.list_file (hash, source, format, published, reader, entries, names, wallets, size, content, loaded_at)
            values ($1, 'eu', 'eu', '2026-11-29T00:00:00Z', 1, 1, 1, 0, 1, '\x00', '2026-11-29T06:00:00Z') on conflict do nothing
            """, Ethereum.Hash32.Parse(File).ToBytes());
        await api.RunAsync("insert into compliance.list_set (hash, source, format, file, made_at) values ($1, 'eu', 'eu', $2, now()) on conflict do nothing",
            Ethereum.Hash32.Parse(Set).ToBytes(), Ethereum.Hash32.Parse(File).ToBytes());
        await api.RunAsync("""
            insert into compliance.answer (id, screening_id, settlement_id, party_id, layer, round, status, provider_ref, list_hash, evidence, answered_at)
            select gen_random_uuid(), gen_random_uuid(), settlement_id, id, 'entity', 1, 'flagged', 'case-77', $3, $4, now() from settlement.party where settlement_id = $1 and role = $2
            """, settlement, role, Ethereum.Hash32.Parse(Set).ToBytes(), Evidence(entry));
    }

    async Task<Caller> CallerAsync(string client, params string[] scopes) =>
        (await _app!.Services.GetRequiredService<CallerCache>().FindAsync(null, client, null, CancellationToken.None))! with { Scopes = scopes };

    ReadScreenings Read => _app!.Services.GetRequiredService<ReadScreenings>();

    [Fact]
    public async Task Each_side_reads_the_evidence_about_its_own_parties_and_only_with_the_role()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, true);
        await AnswerAsync(scene.Id, "seller", "EU.1001");
        await AnswerAsync(scene.Id, "buyer", "EU.2002");

        foreach ((string client, string role, string entry) in ((string, string, string)[])[("platform-a", "seller", "EU.1001"), ("platform-b", "buyer", "EU.2002")])
        {
            Caller officer = await CallerAsync(client, Scopes.ComplianceDecide);
            ScreeningView one = Assert.Single((await Read.ExecuteAsync(officer, scene.Id, CancellationToken.None)).Value!.Items);
            Assert.Equal((role, "entity", 1, "flagged", "case-77", Set), (one.Role, one.Layer, one.Round, one.Status, one.Reference, one.ListSet));
            Assert.Equal(("eu", entry, "name", 9125), (one.Basis!.Entries[0].List, one.Basis.Entries[0].Entry, one.Basis.Entries[0].By, one.Basis.Entries[0].Score));
            Assert.Equal(("pass", "2026-11"), (one.Basis.ProviderVerdict, one.Basis.ProviderData));
            ConsultedList list = Assert.Single(one.Lists);
            Assert.Equal(("eu", File, new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero)), (list.Name, list.Hash, list.PublishedAt));

            Caller other = await CallerAsync(client, Scopes.SettlementsRead, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm);
            Assert.Equal("insufficient_scope", (await Read.ExecuteAsync(other, scene.Id, CancellationToken.None)).Error!.Code);
        }
        // A stranger reads of this settlement what it reads of one that never was, whatever its role.
        Caller stranger = (await CallerAsync("platform-a", Scopes.ComplianceDecide)) with { EnvironmentId = Guid.NewGuid() };
        Assert.Equal(ErrorCodes.NotFound, (await Read.ExecuteAsync(stranger, scene.Id, CancellationToken.None)).Error!.Code);
        Assert.Equal(ErrorCodes.NotFound, (await Read.ExecuteAsync(stranger, Guid.NewGuid(), CancellationToken.None)).Error!.Code);
    }
}
