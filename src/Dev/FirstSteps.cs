namespace Keystone.Dev;

/// <summary>
/// What <c>keystone dev</c> prints to paste: from a token to a settlement that is FINALIZED, with its webhooks. Each block works as it stands in bash with curl and
/// Node, one after the other in one shell; a test runs them.
/// </summary>
internal static class FirstSteps
{
    /// <summary>The blocks, each with a comment as its first line.</summary>
    /// <param name="system">The running system.</param>
    /// <param name="file">Its <c>dev.json</c>.</param>
    /// <param name="receiverPort">A free port of 127.0.0.1 for the receiver of webhooks.</param>
    public static IReadOnlyList<string> Blocks(DevFile system, string file, int receiverPort)
    {
        DevPlatform a = system.Platform("platform-a");
        DevToken bond = system.Token("KBOND");
        (string buyer, string seller) = (EnvCommand.WalletOf(1), EnvCommand.WalletOf(2));
        string program = Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll");
        return
        [
            $$"""
            # 1. A token of platform-a, valid for 24 hours.
            TOKEN=$(curl -sS {{system.ApiUrl}}/oauth/token -H 'content-type: application/json' \
              -d '{"client_id":"{{a.ClientId}}","client_secret":"{{a.ClientSecret}}","audience":"https://api.keystoneos.xyz","grant_type":"client_credentials"}' \
              | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
            """,
            $$"""
            # 2. A receiver of webhooks in the background, which prints each event, and its registration. The answer holds the secret of the signatures.
            node -e 'require("http").createServer((q, r) => { let b = ""; q.on("data", d => b += d).on("end", () => { console.log("webhook", JSON.parse(b).event); r.end() }) }).listen({{receiverPort}}, "127.0.0.1")' &
            curl -sS {{system.ApiUrl}}/v1/platforms/me/webhooks -H "Authorization: Bearer $TOKEN" -d '{"url":"http://127.0.0.1:{{receiverPort}}/","events":["settlement.*"]}'; echo
            """,
            $$"""
            # 3. An instruction: Bob delivers 100 KBOND, Alice pays 50,000 USDC. The answer is the settlement; its id is kept.
            ID=$(curl -sS {{system.ApiUrl}}/v1/settlements -H "Authorization: Bearer $TOKEN" -d '{"idempotency_key":"first-'$(date +%s%N)'","template_id":"dvp-single",
              "parties":[{"role":"buyer","external_reference":"alice-001","name":"Alice","wallet_address":"{{buyer}}"},
                {"role":"seller","external_reference":"bob-001","name":"Bob","wallet_address":"{{seller}}"}],
              "legs":[{"leg_type":"asset","instrument_id":"{{bond.Address}}","quantity":"100","direction":"deliver","party_role":"seller"},
                {"leg_type":"payment","instrument_id":"USDC","quantity":"50000","direction":"deliver","party_role":"buyer"}]}' | sed 's/^{"id":"\([^"]*\)".*/\1/'); echo "$ID"
            """,
            $$"""
            # 4. The keeper publishes the terms on the chain: AWAITING_DEPOSITS within seconds.
            until curl -sS {{system.ApiUrl}}/v1/settlements/$ID -H "Authorization: Bearer $TOKEN" | grep -q '"state":"AWAITING_DEPOSITS"'; do sleep 1; done
            """,
            $$"""
            # 5. Both parties approve and deposit from wallets of this chain, with tokens that are minted for it. Elsewhere they do so from their own wallets.
            dotnet '{{program}}' dev deposit "$ID" --file '{{file}}'
            """,
            $$"""
            # 6. The swap, and its finality: FINALIZED. Then everything that happened.
            until curl -sS {{system.ApiUrl}}/v1/settlements/$ID -H "Authorization: Bearer $TOKEN" | grep -q '"state":"FINALIZED"'; do sleep 1; done
            curl -sS {{system.ApiUrl}}/v1/settlements/$ID/events -H "Authorization: Bearer $TOKEN"; echo
            """,
        ];
    }
}
