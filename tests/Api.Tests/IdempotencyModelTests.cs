using System.Text.Json.Nodes;
using CsCheck;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>
/// I3: random sequences of instructions under few keys, with few contents, some of them sent twice at once and some whose caller goes away before the answer, against a model that is a
/// table from a key to the contents that it was first used with.
/// </summary>
[Collection(ApiCollection.Name)]
public sealed class IdempotencyModelTests(ApiFixture api)
{
    /// <summary>One request of a sequence.</summary>
    /// <param name="Key">Which key.</param>
    /// <param name="Contents">Which contents.</param>
    /// <param name="How">How it is sent.</param>
    sealed record Step(int Key, int Contents, Sending How);

    enum Sending
    {
        Alone,
        TwiceAtOnce,
        GivenUp,
        WithAFault,
    }

    static readonly Gen<Step[]> Sequences = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 7],
        (key, contents, how) => new Step(key, contents, how switch { 0 => Sending.TwiceAtOnce, 1 => Sending.GivenUp, 2 => Sending.WithAFault, _ => Sending.Alone })).Array[1, 8];

    [Fact]
    public async Task I3_Sequences_of_requests_do_what_a_table_of_keys_says() => await Sequences.SampleAsync(RunAsync,
        iter: FuzzSeed.IsDeep ? 2_000 : 150, threads: 1, print: steps => string.Join("; ", (object[])steps));

    async Task RunAsync(Step[] steps)
    {
        string run = Guid.NewGuid().ToString("n");
        // Of a key: the contents that it may stand for and the settlement, once it is known.
        Dictionary<int, (HashSet<int> Contents, string? Id)> model = [];
        foreach (Step step in steps)
        {
            string body = Body(run, step);
            switch (step.How)
            {
                case Sending.GivenUp:
                    await GiveUpAsync(body);
                    // It was made, or it was not: the next one to ask decides.
                    if (!model.TryGetValue(step.Key, out var known)) model[step.Key] = ([step.Contents], null);
                    else if (known.Id is null) known.Contents.Add(step.Contents);
                    break;
                case Sending.TwiceAtOnce:
                    foreach (var answer in (await Task.WhenAll(SendAsync(body), SendAsync(body))).OrderByDescending(answer => answer.Status == 201))
                        if (answer.Status != 409) Require(model, step, answer);
                    break;
                case Sending.WithAFault:
                    Assert.Equal(422, (await SendAsync(body)).Status);
                    break;
                default:
                    Require(model, step, await SendAsync(body));
                    break;
            }
        }
        foreach ((int key, (_, string? id)) in model)
            if (id is not null)
                Assert.Equal(1L, await api.CountAsync($"settlement.settlement where idempotency_key = '{run}-{key}' and id = '{id}'"));
        Assert.True(await api.CountAsync($"settlement.settlement where idempotency_key like '{run}-%'") <= 3);
    }

    static void Require(Dictionary<int, (HashSet<int> Contents, string? Id)> model, Step step, (int Status, string? Id, string? Code) answer)
    {
        if (!model.TryGetValue(step.Key, out (HashSet<int> Contents, string? Id) known))
        {
            Assert.Equal(201, answer.Status);
            model[step.Key] = ([step.Contents], answer.Id);
        }
        else if (known.Id is null)
        {
            // Somebody gave up on this key. Now it is made, or was made with these contents, or with others that were sent.
            if (answer.Status == 422) Assert.Contains(known.Contents, other => other != step.Contents);
            else
            {
                Assert.True(answer.Status == 201 || (answer.Status == 200 && known.Contents.Contains(step.Contents)), $"{step}: {answer}");
                model[step.Key] = ([step.Contents], answer.Id);
            }
        }
        else if (known.Contents.Contains(step.Contents)) Assert.Equal((200, known.Id), (answer.Status, answer.Id));
        else Assert.Equal((422, "idempotency_key_reused"), (answer.Status, answer.Code));
    }

    string Body(string run, Step step)
    {
        JsonObject body = api.Single($"{run}-{step.Key}");
        // The same time in each, or it would be another request.
        body["timeout_at"] = api.Clock.GetUtcNow().Date.AddDays(2).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        body["external_reference"] = "contents-" + step.Contents;
        body["legs"]![0]!["instrument_id"] = "USDC";
        body["legs"]![0]!["quantity"] = step.How == Sending.WithAFault ? "none" : "7";
        return body.ToJsonString();
    }

    async Task<(int Status, string? Id, string? Code)> SendAsync(string body)
    {
        while (true)
        {
            var (status, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body);
            // A request that was given up may still be running.
            Assert.True(status != 500, $"{answer.ToJsonString()} {api.Faults}");
            if (status == 409 && (string?)answer["code"] == "idempotency_in_progress") await Task.Yield();
            else return (status, (string?)answer["id"], (string?)answer["code"]);
        }
    }

    async Task GiveUpAsync(string body)
    {
        using CancellationTokenSource gone = new(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 15)));
        using HttpRequestMessage request = new(HttpMethod.Post, api.Url + "/v1/settlements") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
        try
        {
            using HttpResponseMessage response = await api.Client.SendAsync(request, gone.Token);
        }
        catch (OperationCanceledException)
        {
            // As intended.
        }
    }
}
