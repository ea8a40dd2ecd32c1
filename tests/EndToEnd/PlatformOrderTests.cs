using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev.Demo;
using Keystone.Ethereum;
using Settlement = Keystone.Client.Models.Settlement;

namespace Keystone.EndToEnd;

// Inside the namespace, where it comes before the client's record of that name.
using Wallet = Keystone.Dev.Demo.Wallet;

/// <summary>
/// What platforms order after the instruction, on a real chain: cancellations with the deposits back in their wallets, a hold, the earliest time of a swap; and
/// what each side reads of the other on the way.
/// </summary>
public sealed class PlatformOrderTests(PlatformOrderTests.Running running) : IClassFixture<PlatformOrderTests.Running>
{
    const string Reason = "Trade was broken by phone";

    StoryBook Book => running.Book;

    KeystoneClient A => running.A;

    KeystoneClient B => running.B;

    CreateSettlementRequest Single(Wallet seller, Wallet buyer, TimeSpan? notBefore = null) => new()
    {
        TemplateId = "dvp-single",
        TimeoutAt = In(TimeSpan.FromHours(1)),
        NotBefore = notBefore is { } earliest ? In(earliest) : null,
        Parties = [Party("buyer", buyer, "alice-001"), Party("seller", seller, "bob-001")],
        Legs = Legs(),
    };

    CreateSettlementRequest Cross() => new()
    {
        TemplateId = "dvp-cross-platform",
        TimeoutAt = In(TimeSpan.FromHours(1)),
        ExternalReference = "private-trade-of-a",
        Parties = [Party("seller", Book.Acme, "private-account-of-a")],
        CounterpartyParties = [new CounterpartyRequest { PlatformSlug = "platform-b", Role = "buyer", CounterpartyReference = "Acme Fund LLC" }],
        Legs = Legs(),
    };

    LegRequest[] Legs() =>
    [
        new() { LegType = "asset", InstrumentId = Book.Bond.Address, Quantity = "10", Direction = "deliver", PartyRole = "seller" },
        new() { LegType = "payment", InstrumentId = "USDC", Quantity = "5000", Direction = "deliver", PartyRole = "buyer" },
    ];

    static PartyRequest Party(string role, Wallet wallet, string reference) =>
        new() { Role = role, ExternalReference = reference, Name = "Name of " + wallet.Name, WalletAddress = wallet.Address.ToString() };

    static string In(TimeSpan time) => TimeProvider.System.GetUtcNow().Add(time).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    Task<Settlement> ConfirmAsync(Guid id) => B.ConfirmSettlementAsync(id, new ConfirmSettlementRequest
    {
        ExternalReference = "private-account-of-b",
        Name = "Name of Beta",
        WalletAddress = Book.Beta.Address.ToString(),
    });

    static async Task<Settlement> ReachAsync(KeystoneClient reader, Guid id, string state)
    {
        Settlement seen = await reader.GetSettlementAsync(id);
        await Keystone.Testing.Eventually.TrueAsync(async () =>
        {
            seen = await reader.GetSettlementAsync(id);
            Assert.True(seen.State == state || !seen.IsTerminal, $"It ended in {seen.State}, not in {state}: {seen.Failure}");
            return seen.State == state;
        }, TimeSpan.FromSeconds(90), $"it is in {seen.State}, not in {state}");
        return seen;
    }

    async Task DepositAsync(Settlement settlement, int leg, Wallet from) =>
        Assert.True((await from.DepositAsync(Book.Chain.Escrow, Hash32.Parse(settlement.Escrow!.Id), leg, CancellationToken.None)).Succeeded);

    async Task<(UInt256 Bonds, UInt256 Cash)> OfAsync(Wallet seller, Wallet buyer) =>
        (await Book.Chain.BalanceAsync(Book.Bond.Contract, seller.Address, CancellationToken.None), await Book.Chain.BalanceAsync(Book.Cash.Contract, buyer.Address, CancellationToken.None));

    static async Task EventsAsync(WebhookReceiver hooks, Guid id, params string[] inOrder)
    {
        string[] got = [];
        await Keystone.Testing.Eventually.TrueAsync(() =>
        {
            got = [.. hooks.EventsOf(id.ToString()).Where(inOrder.Contains)];
            return Task.FromResult(got.SequenceEqual(inOrder));
        }, because: $"the webhooks were {string.Join(", ", hooks.EventsOf(id.ToString()))}");
    }

    [Fact]
    public async Task The_initiator_ends_a_settlement_of_its_own_and_the_deposit_comes_back_first()
    {
        (UInt256, UInt256) before = await OfAsync(Book.Bob, Book.Alice);
        Guid id = (await A.CreateSettlementAsync(Single(Book.Bob, Book.Alice))).Id;
        await DepositAsync(await ReachAsync(A, id, "AWAITING_DEPOSITS"), 0, Book.Bob);
        Assert.Equal("effective", (await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason })).Cancellation!.Status);
        Settlement ended = await ReachAsync(A, id, "ROLLED_BACK");
        Assert.Equal(("cancelled", Reason, "platform-a", "complete", "complete", "cancelled"),
            (ended.Failure!.Code, ended.Failure.Message, ended.Failure.ByPlatform, ended.Rollback!.Status, ended.Cancellation!.Status, ended.Escrow!.Status));
        Assert.NotNull(ended.Legs[0].Refund);
        Assert.Equal(("CAND", "CANI"), (ended.Iso.Status, ended.Iso.Reason));
        Assert.Equal(before, await OfAsync(Book.Bob, Book.Alice));
        // Registration, cancellation and refund: what they cost is shown.
        Assert.True(ended.Costs is { Transactions: >= 3, GasUsed: > 100_000 } && UInt256.Parse(ended.Costs.Wei) > UInt256.Zero, ended.Costs.ToString());
        await EventsAsync(Book.HooksOfA, id, "settlement.cancel_requested", "settlement.rollback.started", "settlement.leg.refunded", "settlement.state.rolled_back");
        KeystoneApiException late = await Assert.ThrowsAsync<KeystoneApiException>(() => A.HoldSettlementAsync(id, new HoldRequest { Reason = Reason }));
        Assert.Equal((HttpStatusCode.Conflict, "settlement_ended"), (late.Status, late.Code));
        // The same again: it was cancelled.
        Assert.Equal("ROLLED_BACK", (await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason })).State);
    }

    [Fact]
    public async Task Before_the_confirmation_the_initiator_ends_it_with_nothing_on_the_chain()
    {
        Guid id = (await A.CreateSettlementAsync(Cross())).Id;
        await ReachAsync(A, id, "AWAITING_CONFIRMATION");
        await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason });
        Settlement ended = await ReachAsync(B, id, "ROLLED_BACK");
        Assert.Equal(("cancelled", "platform-a", null, "CAND", "CTHP"), (ended.Failure!.Code, ended.Failure.ByPlatform, ended.Escrow, ended.Iso.Status, ended.Iso.Reason));
        Assert.Equal(0, await Book.Chain.CountByReferenceAsync(id, CancellationToken.None));
        foreach (WebhookReceiver hooks in (WebhookReceiver[])[Book.HooksOfA, Book.HooksOfB])
            await EventsAsync(hooks, id, "settlement.cancel_requested", "settlement.state.rolled_back");
    }

    [Fact]
    public async Task Two_platforms_agree_to_end_it_and_the_deposit_comes_back_and_neither_has_read_what_is_the_other_s()
    {
        (UInt256, UInt256) before = await OfAsync(Book.Acme, Book.Beta);
        Guid id = (await A.CreateSettlementAsync(Cross())).Id;
        await ReachAsync(A, id, "AWAITING_CONFIRMATION");
        string[] ofA = [Book.Acme.Address.ToString(), "Name of Acme"], never = ["private-trade-of-a", "private-account-of-a"];
        string unconfirmed = await running.ReadAllAsync("platform-b", id);
        Assert.All(ofA.Concat(never), secret => Assert.DoesNotContain(secret, unconfirmed, StringComparison.OrdinalIgnoreCase));
        await ConfirmAsync(id);
        Settlement waiting = await ReachAsync(A, id, "AWAITING_DEPOSITS");
        await DepositAsync(waiting, 0, Book.Acme);

        Settlement asked = await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason });
        Assert.Equal(("requested", "platform-b"), (asked.Cancellation!.Status, Assert.Single(asked.Cancellation.WaitsFor)));
        await EventsAsync(Book.HooksOfB, id, "settlement.cancel_requested");
        Assert.Equal("AWAITING_DEPOSITS", (await B.GetSettlementAsync(id)).State);
        await B.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = "Agreed" });
        Settlement ended = await ReachAsync(B, id, "ROLLED_BACK");
        // The reason is that of whoever asked first.
        Assert.Equal(("cancelled", Reason, "platform-a"), (ended.Failure!.Code, ended.Failure.Message, ended.Failure.ByPlatform));
        Assert.Equal(before, await OfAsync(Book.Acme, Book.Beta));
        await EventsAsync(Book.HooksOfB, id, "settlement.cancel_requested", "settlement.cancel_requested", "settlement.leg.refunded", "settlement.state.rolled_back");

        string readByB = await running.ReadAllAsync("platform-b", id), readByA = await running.ReadAllAsync("platform-a", id);
        Assert.All(never, secret => Assert.DoesNotContain(secret, readByB, StringComparison.OrdinalIgnoreCase));
        Assert.All(ofA, known => Assert.Contains(known, readByB, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("private-account-of-b", readByA, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Book.Beta.Address.ToString(), readByA, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_funded_settlement_that_may_not_be_executed_yet_is_cancelled_by_the_operator_and_both_deposits_come_back()
    {
        (UInt256, UInt256) before = await OfAsync(Book.Carol, Book.Dave);
        Guid id = (await A.CreateSettlementAsync(Single(Book.Carol, Book.Dave, notBefore: TimeSpan.FromMinutes(50)))).Id;
        Settlement open = await ReachAsync(A, id, "AWAITING_DEPOSITS");
        Assert.Equal(open.NotBefore, open.Escrow!.NotBefore);
        await DepositAsync(open, 0, Book.Carol);
        await DepositAsync(open, 1, Book.Dave);
        await ReachAsync(A, id, "EXECUTING_SWAP");
        Explain explained = await A.ExplainSettlementAsync(id);
        Assert.Equal(("chain", "wait", open.NotBefore), (explained.WaitingFor[0].Who, explained.WaitingFor[0].Action, explained.WaitingFor[0].By));
        await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason });
        Settlement ended = await ReachAsync(A, id, "ROLLED_BACK");
        Assert.All(ended.Legs, leg => Assert.NotNull(leg.Refund));
        Assert.Equal(before, await OfAsync(Book.Carol, Book.Dave));
        // It makes room for another.
        CreateSettlementRequest next = Single(Book.Carol, Book.Dave) with { ReplacesSettlementId = id.ToString(), Hold = true };
        Guid replacement = (await A.CreateSettlementAsync(next)).Id;
        Assert.Equal(replacement, (await A.GetSettlementAsync(id)).ReplacedBySettlementId);

        // Held from the start, it publishes nothing before the release.
        Settlement held = await ReachAsync(A, replacement, "COMPLIANCE_CLEARED");
        Assert.Equal((true, "PREA"), (held.Hold.Own, held.Iso.Reason));
        Assert.Equal("release", (await A.ExplainSettlementAsync(replacement)).WaitingFor[0].Action);
        Assert.Equal(0, await Book.Chain.CountByReferenceAsync(replacement, CancellationToken.None));
        await A.ReleaseSettlementAsync(replacement, new HoldRequest { Reason = "Funded" });
        await ReachAsync(A, replacement, "AWAITING_DEPOSITS");
    }

    [Fact]
    public async Task A_swap_that_was_executed_first_counts()
    {
        Guid id = (await A.CreateSettlementAsync(Cross())).Id;
        await ReachAsync(B, id, "AWAITING_CONFIRMATION");
        await ConfirmAsync(id);
        Settlement open = await ReachAsync(B, id, "AWAITING_DEPOSITS");
        await A.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason });
        await DepositAsync(open, 0, Book.Acme);
        await DepositAsync(open, 1, Book.Beta);
        await ReachAsync(A, id, "FINALIZED");
        foreach (KeystoneClient platform in (KeystoneClient[])[A, B])
        {
            KeystoneApiException late = await Assert.ThrowsAsync<KeystoneApiException>(() => platform.CancelSettlementAsync(id, new CancelSettlementRequest { Reason = Reason }));
            Assert.Equal((HttpStatusCode.Conflict, "already_executed"), (late.Status, late.Code));
        }
        Assert.Equal("too_late", (await A.GetSettlementAsync(id)).Cancellation!.Status);
    }

    /// <summary>The system, with a client of each platform.</summary>
    public sealed class Running : IAsyncLifetime
    {
        readonly HttpClient _http = new();

        internal LocalSystem System { get; private set; } = null!;

        internal StoryBook Book { get; private set; } = null!;

        internal KeystoneClient A { get; private set; } = null!;

        internal KeystoneClient B { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            System = await LocalSystem.StartAsync();
            Book = await System.OpenBookAsync();
            (A, B) = (Open("platform-a"), Open("platform-b"));
        }

        KeystoneClient Open(string platform) => new(_http, new KeystoneClientOptions
        {
            Url = new Uri(System.File.ApiUrl),
            ClientId = System.File.Platform(platform).ClientId,
            ClientSecret = System.File.Platform(platform).ClientSecret,
        });

        /// <summary>Everything that a platform reads of a settlement: the object, the list, the events, why it waits, and its webhooks.</summary>
        internal async Task<string> ReadAllAsync(string platform, Guid id)
        {
            using HttpResponseMessage token = await _http.PostAsync(new Uri(System.File.ApiUrl + "/oauth/token"), new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = System.File.Platform(platform).ClientId,
                ["client_secret"] = System.File.Platform(platform).ClientSecret,
            }));
            string bearer = (string)JsonNode.Parse(await token.Content.ReadAsStringAsync())!["access_token"]!;
            global::System.Text.StringBuilder all = new();
            foreach (string path in (string[])[$"/{id}", $"/{id}/events?limit=200", $"/{id}/explain", "?limit=200"])
                foreach (string accept in path.StartsWith('?') ? (string[])["application/json", "text/csv"] : ["application/json"])
                {
                    using HttpRequestMessage request = new(HttpMethod.Get, System.File.ApiUrl + "/v1/settlements" + path);
                    request.Headers.Authorization = new("Bearer", bearer);
                    request.Headers.TryAddWithoutValidation("Accept", accept);
                    using HttpResponseMessage response = await _http.SendAsync(request);
                    Assert.True(response.IsSuccessStatusCode, path);
                    string text = await response.Content.ReadAsStringAsync();
                    // Other tests' settlements stand in the list too.
                    if (path.StartsWith('?') && accept == "application/json")
                        text = JsonNode.Parse(text)!["items"]!.AsArray().First(one => (string?)one!["id"] == id.ToString())!.ToJsonString();
                    else if (path.StartsWith('?'))
                        text = text.Split("\r\n").First(line => line.StartsWith(id.ToString(), StringComparison.Ordinal));
                    all.AppendLine(text);
                }
            foreach (JsonObject message in (platform == "platform-a" ? Book.HooksOfA : Book.HooksOfB).Of(id.ToString())) all.AppendLine(message.ToJsonString());
            return all.ToString();
        }

        public async Task DisposeAsync()
        {
            A?.Dispose();
            B?.Dispose();
            _http.Dispose();
            if (Book is not null) await Book.DisposeAsync();
            if (System is not null) await System.DisposeAsync();
        }
    }
}
