using System.Globalization;
using System.Security.Claims;
using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.SignIn;

/// <summary>The ways in and out. These pages have no circuit: a circuit cannot set cookies.</summary>
internal static class SignInEndpoints
{
    const string Wrong = "E-mail, password or code is wrong.", NoPlace = "You are not a member of any platform here. Ask the person who manages yours.";
    const string EmailClaim = "email", ReturnClaim = "return";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(DashboardPaths.SignIn, StartAsync);
        group.MapPost(DashboardPaths.SignIn + "/passkey/options", OptionsAsync);
        group.MapPost(DashboardPaths.SignIn + "/passkey", PasskeyAsync);
        group.MapGet(DashboardPaths.SignIn + "/password", StartAsync);
        group.MapPost(DashboardPaths.SignIn + "/password", PasswordAsync);
        group.MapGet(DashboardPaths.SignIn + "/code", (HttpContext http) => SignInPages.Page<CodePage>(http));
        group.MapPost(DashboardPaths.SignIn + "/code", CodeAsync);
        group.MapGet("/recover", (HttpContext http) => SignInPages.Page<RecoverPage>(http));
        group.MapGet("/signed-out", (HttpContext http) => SignInPages.Page<SignedOut>(http));
        group.MapPost("/sign-out", EndAsync);
        group.MapPost("/session/end", EndAsync);
        group.MapPost("/session/platform", SwitchAsync);
    }

    /// <summary>A group of pages whose forms are guarded.</summary>
    public static RouteGroupBuilder Group(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("").ExcludeFromDescription().AllowAnonymous();
        group.AddEndpointFilter<RouteGroupBuilder, FormGuard>();
        return group;
    }

    static IResult StartAsync(HttpContext http, SignInSurroundings surroundings, ExternalProvider provider) => Start(http, surroundings, provider, null, StatusCodes.Status200OK);

    static IResult Start(HttpContext http, SignInSurroundings surroundings, ExternalProvider provider, string? error, int status) => SignInPages.Page<SignInStart>(http, status,
        (nameof(SignInStart.Error), error), (nameof(SignInStart.Return), SignInFlow.LocalPath(http.Request.HasFormContentType ? http.Request.Form["return"] : http.Request.Query["return"])),
        (nameof(SignInStart.HasPasskeys), surroundings.Domain.Length > 0), (nameof(SignInStart.Provider), provider.IsOn ? provider.Name : null));

    // Without a name: the passkey says who it is, and nothing can be asked about an address.
    static async Task<IResult> OptionsAsync(SignInManager<Person> signIn) => Results.Text(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json");

    static async Task<IResult> PasskeyAsync(HttpContext http, SignInManager<Person> signIn, PasskeySignIn passkeys, SignInFlow flow, SignInSurroundings surroundings, ExternalProvider provider)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await PasskeyProof.ReadAsync(signIn, passkeys, form["credential"], http.RequestAborted) is not { } person)
            return Start(http, surroundings, provider, "The passkey was not accepted. Nothing was done; try again, or use another way.", StatusCodes.Status401Unauthorized);
        return await flow.SignInAsync(http, person.Id, null, "passkey") ? Results.LocalRedirect(SignInFlow.LocalPath(form["return"]))
            : Start(http, surroundings, provider, NoPlace, StatusCodes.Status403Forbidden);
    }

    // The answer to a password is the question for the code, whether the password was right or not.
    static async Task<IResult> PasswordAsync(HttpContext http, PasswordSignIn signIn, SignInRates rates, SignInSurroundings surroundings, ExternalProvider provider)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string email = form["email"].ToString(), password = form["password"].ToString(), address = SignInFlow.Address(http);
        if (email.Length is 0 or > 255 || password.Length is 0 or > 1024) return Start(http, surroundings, provider, Wrong, StatusCodes.Status401Unauthorized);
        if (!rates.Take(address)) return Start(http, surroundings, provider, "Too many tries from this address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        PasswordCheck check = await signIn.CheckAsync(email, password, address, http.RequestAborted);
        if (check.LockedUntil is { } until) return Start(http, surroundings, provider, Locked(until), StatusCodes.Status429TooManyRequests);
        ClaimsPrincipal step = new(new ClaimsIdentity(
            [new Claim("sub", check.Person.ToString()), new Claim(EmailClaim, email), new Claim(ReturnClaim, SignInFlow.LocalPath(form["return"]))], MemberCookie.CodeScheme));
        await http.SignInAsync(MemberCookie.CodeScheme, step);
        return Results.LocalRedirect(DashboardPaths.SignIn + "/code");
    }

    static async Task<IResult> CodeAsync(HttpContext http, PasswordSignIn signIn, SignInRates rates, SignInFlow flow, SignInSurroundings surroundings, ExternalProvider provider)
    {
        if ((await http.AuthenticateAsync(MemberCookie.CodeScheme)).Principal is not { } step || !Guid.TryParse(step.FindFirstValue("sub"), out Guid person))
            return Results.LocalRedirect(DashboardPaths.SignIn);
        string address = SignInFlow.Address(http), code = (await http.Request.ReadFormAsync(http.RequestAborted))["code"].ToString();
        if (!rates.Take(address)) return Code(http, "Too many tries from this address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        PasswordCheck check = await signIn.CheckCodeAsync(person, step.FindFirstValue(EmailClaim) ?? "", code.Length > 64 ? "" : code, address, http.RequestAborted);
        if (check.LockedUntil is { } until) return Code(http, Locked(until), StatusCodes.Status429TooManyRequests);
        if (check.Person == Guid.Empty) return Code(http, Wrong, StatusCodes.Status401Unauthorized);
        await http.SignOutAsync(MemberCookie.CodeScheme);
        return await flow.SignInAsync(http, check.Person, null, "password") ? Results.LocalRedirect(SignInFlow.LocalPath(step.FindFirstValue(ReturnClaim)))
            : Start(http, surroundings, provider, NoPlace, StatusCodes.Status403Forbidden);
    }

    static IResult Code(HttpContext http, string error, int status) => SignInPages.Page<CodePage>(http, status, (nameof(CodePage.Error), error));

    static string Locked(DateTimeOffset until) => string.Create(CultureInfo.InvariantCulture, $"Too many tries. Use a passkey or wait until {until.UtcDateTime:HH:mm} UTC.");

    static async Task<IResult> EndAsync(HttpContext http, MemberSessions sessions)
    {
        if (http.Features.Get<MemberSession>() is { } session) await sessions.EndAsync(session.Id, null, session.MemberId.ToString(), http.RequestAborted);
        await http.SignOutAsync(DashboardDefaults.Scheme);
        return Results.LocalRedirect("/signed-out");
    }

    // Another place of the same person is another session, so that no page ever changes its tenant.
    static async Task<IResult> SwitchAsync(HttpContext http, SignInFlow flow)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (http.Features.Get<MemberSession>() is not { } session || !Guid.TryParse(form["member"], out Guid member)) return Results.LocalRedirect(DashboardPaths.SignIn);
        return await flow.ContinueAsync(http, session, member) ? Results.LocalRedirect("/")
            : SignInPages.Page<MessagePage>(http, StatusCodes.Status403Forbidden, (nameof(MessagePage.Text), NoPlace));
    }
}
