using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Dev.Servers;
using Keystone.Webhooks.Delivery;
using Microsoft.AspNetCore.Http;

namespace Keystone.Webhooks.Tests;

/// <summary>Our signatures before the libraries that receivers use: <c>standardwebhooks</c> and <c>svix</c> of npm, <c>StandardWebhooks</c> of NuGet, and the guide's check.</summary>
public sealed class LibraryTests
{
    static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"event\":\"settlement.state.settled\",\"note\":\"Zoë 東京\"}");

    [Fact]
    public async Task W5_Published_libraries_accept_what_we_sign_and_nothing_else()
    {
        string secret = Signature.NewSecret(), old = Signature.NewSecret(), other = Signature.NewSecret();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Dictionary<string, string> signed = Headers([secret], now), rotating = Headers([secret, old], now);
        List<(string Name, string Secret, Dictionary<string, string> Headers, byte[] Body, bool Good)> cases =
        [
            ("as sent", secret, signed, Body, true),
            ("while rotating, by the new secret", secret, rotating, Body, true),
            ("while rotating, by the old secret", old, rotating, Body, true),
            ("299 seconds old", secret, Headers([secret], now.AddSeconds(-290)), Body, true),
            ("301 seconds old", secret, Headers([secret], now.AddSeconds(-310)), Body, false),
            ("301 seconds ahead", secret, Headers([secret], now.AddSeconds(330)), Body, false),
            ("by another secret", other, signed, Body, false),
        ];
        for (int bit = 0; bit < Body.Length * 8; bit += 37)
        {
            byte[] flipped = [.. Body];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            cases.Add(($"bit {bit} of the body flipped", secret, signed, flipped, false));
        }
        foreach (string header in (string[])["webhook-id", "webhook-timestamp", "webhook-signature"])
        {
            Dictionary<string, string> changed = new(signed, StringComparer.OrdinalIgnoreCase);
            char last = changed[header][^2];
            changed[header] = changed[header][..^2] + (last == '0' ? '1' : '0') + changed[header][^1];
            cases.Add(($"{header} changed", secret, changed, Body, false));
        }
        JsonArray answers = await RunAsync(cases.Select(one => (one.Secret, one.Headers, one.Body)));
        Assert.Equal(cases.Count, answers.Count);
        List<string> wrong = [];
        for (int i = 0; i < cases.Count; i++)
        {
            (string name, string key, Dictionary<string, string> headers, byte[] body, bool good) = cases[i];
            if ((bool)answers[i]!["standardwebhooks"]! != good) wrong.Add($"standardwebhooks, {name}");
            if ((bool)answers[i]!["svix"]! != good) wrong.Add($"svix, {name}");
            // It reads the first signature of several only, which is the new secret's.
            if (name != "while rotating, by the old secret" && Accepts(key, headers, body) != good) wrong.Add($"StandardWebhooks, {name}");
        }
        Assert.Equal("", string.Join('\n', wrong));
    }

    [Fact]
    public async Task W5_The_guide_s_check_of_six_lines_accepts_the_body_as_it_was_sent()
    {
        string secret = Signature.NewSecret(), own = "sixteen-or-more!";
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        byte[] flipped = [.. Body];
        flipped[3] ^= 1;
        JsonArray answers = await RunAsync([(secret, Headers([secret], now), Body), (own, Headers([own], now), Body), (secret, Headers([secret], now), flipped), (own, Headers([secret], now), Body)]);
        Assert.Equal([true, true, false, false], answers.Select(answer => (bool)answer!["keystone"]!));
        // The secret before the rotation verifies the header beside it.
        Assert.Equal(Signature.Keystone(own, Body), Headers([secret, own], now)["X-Keystone-Signature-Previous"]);
    }

    static Dictionary<string, string> Headers(string[] secrets, DateTimeOffset at) =>
        new(DeliveryHeaders.For(Guid.NewGuid(), at, secrets, Body).ToDictionary(), StringComparer.OrdinalIgnoreCase);

    static bool Accepts(string secret, Dictionary<string, string> headers, byte[] body)
    {
        HeaderDictionary collection = [];
        foreach ((string name, string value) in headers) collection[name] = value;
        try
        {
            new StandardWebhooks.StandardWebhook(secret).Verify(Encoding.UTF8.GetString(body), collection);
            return true;
        }
        catch (StandardWebhooks.Diagnostics.WebhookVerificationException)
        {
            return false;
        }
    }

    static async Task<JsonArray> RunAsync(IEnumerable<(string Secret, Dictionary<string, string> Headers, byte[] Body)> cases)
    {
        JsonArray asked = [.. cases.Select(one => new JsonObject
        {
            ["secret"] = one.Secret,
            ["headers"] = new JsonObject(one.Headers.Select(header => KeyValuePair.Create(header.Key.ToLower(CultureInfo.InvariantCulture), (JsonNode?)header.Value))),
            ["body"] = Convert.ToBase64String(one.Body),
        })];
        using Process node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(NativeTool.RepositoryRoot, "tests", "Webhooks.Tests", "verify.mjs") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await node.StandardInput.WriteAsync(asked.ToJsonString());
        node.StandardInput.Close();
        string answer = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return (JsonArray)JsonNode.Parse(answer)!;
    }
}
