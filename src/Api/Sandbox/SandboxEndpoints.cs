using System.Globalization;
using System.Numerics;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Sandbox;

/// <summary><c>/v1/test_helpers</c>: not there without <see cref="ISandbox"/>.</summary>
internal static class SandboxEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        // The document of the build describes them; a service without a sandbox answers like any unknown path.
        if (!ApiDocument.IsGenerated && routes.ServiceProvider.GetService<ISandbox>() is null) return;
        RouteGroupBuilder group = routes.MapGroup("/v1/test_helpers").WithTags("sandbox");
        group.MapPost("mint", MintAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct).WithName("mintTestToken").WithSummary("Mint a test token")
            .WithDescription("Only in a development system (keystone dev). The answer comes when the transaction is mined.")
            .WithBody<MintRequest>(Examples.MintTestToken).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("clock/advance", AdvanceAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct).WithName("advanceClock").WithSummary("Advance the clock")
            .WithDescription("Only in a development system (keystone dev). Moves the chain, then business time: deadlines pass and retries become due as if the time had gone by. "
                + "Tokens, timestamps of signatures and leases keep the machine's time. The keeper and the indexer follow within a second. It cannot be moved back.")
            .WithBody<AdvanceClockRequest>(Examples.AdvanceClock).WithErrors(ErrorCodes.ValidationFailed);
    }

    static async Task<Results<Ok<ClockBody>, Problem>> AdvanceAsync(HttpContext context, IServiceProvider services, TimeProvider time)
    {
        RequestBody<AdvanceClockRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.AdvanceClockRequest);
        MemberRules rules = new(body.Faults);
        if (body.Value.Seconds is not { } seconds) rules.Missing("seconds");
        else if (seconds is < 1 or > 31_536_000) rules.Bad("seconds", "out_of_range", "Use 1 to 31536000 seconds; time is not moved back.");
        if (rules.Faults.Any)
            return new Problem(FaultOrder.Sort(DomainError.Validation(rules.Faults.All), ApiJson.Default.AdvanceClockRequest));
        AdvancedClock clock = await services.GetRequiredService<ISandbox>().AdvanceAsync(TimeSpan.FromSeconds(body.Value.Seconds!.Value), time, context.RequestAborted);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(new ClockBody(clock.Now, (long)clock.Offset.TotalSeconds, clock.BlockNumber, clock.BlockTime));
    }

    static async Task<Results<Ok<MintedBody>, Problem>> MintAsync(HttpContext context, IServiceProvider services)
    {
        ISandbox sandbox = services.GetRequiredService<ISandbox>();
        RequestBody<MintRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.MintRequest);
        MemberRules rules = new(body.Faults);
        Caller caller = context.Caller();
        Address? token = rules.Text("token", body.Value.Token, required: true) is not { } text ? null
            : sandbox.Tokens.TryGetValue(text, out Address known) ? known
            : text.StartsWith("0x", StringComparison.Ordinal) ? rules.Wallet("token", text)
            : Unknown(rules, sandbox);
        Address? to = rules.Wallet("to", body.Value.To, required: true);
        UInt256? tokenId = Number(rules, "token_id", body.Value.TokenId), amount = Number(rules, "amount", body.Value.Amount);
        if (tokenId is null && amount is null) rules.Missing("amount");
        if (rules.Faults.Any)
            return new Problem(FaultOrder.Sort(DomainError.Validation(rules.Faults.All), ApiJson.Default.MintRequest));
        if (await sandbox.MintAsync(caller.ChainId, token!.Value, to!.Value, tokenId, amount ?? UInt256.One, context.RequestAborted) is not { } transaction)
            return new Problem(DomainError.Validation([new Fault("/token", "cannot_be_minted", "This contract does not let everybody mint it, or not this.")]));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(new MintedBody(token.Value.ToString(), to.Value.ToString(), tokenId?.ToString(), (amount ?? UInt256.One).ToString(), transaction.ToString()));
    }

    static Address? Unknown(MemberRules rules, ISandbox sandbox)
    {
        rules.Bad("token", "unknown_token", $"Use an address, or one of: {string.Join(", ", sandbox.Tokens.Keys.Order(StringComparer.Ordinal))}.");
        return null;
    }

    static UInt256? Number(MemberRules rules, string name, string? value)
    {
        if (rules.Text(name, value, max: 78) is not { } digits) return null;
        if (digits.All(char.IsAsciiDigit) && BigInteger.Parse(digits, CultureInfo.InvariantCulture) < BigInteger.One << 256) return UInt256.Parse(digits);
        rules.Bad(name, "invalid_number", "Use decimal digits, below 2^256.");
        return null;
    }
}
