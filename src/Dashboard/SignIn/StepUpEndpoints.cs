using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.SignIn;

/// <summary><c>/step-up</c>: the member of an open session proves again to be there. The proof is of presence, not of what is decided afterwards.</summary>
internal static class StepUpEndpoints
{
    public const string Path = "/step-up";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Path, ShowAsync);
        group.MapPost(Path + "/passkey/options", OptionsAsync);
        group.MapPost(Path + "/passkey", PasskeyAsync);
        group.MapPost(Path + "/code", CodeAsync);
    }

    static Task<IResult> ShowAsync(HttpContext http, UserManager<Person> people, ExternalProvider provider) =>
        PageAsync(http, people, provider, SignInFlow.LocalPath(http.Request.Query["return"]), null, StatusCodes.Status200OK);

    static async Task<IResult> OptionsAsync(HttpContext http, SignInManager<Person> signIn, UserManager<Person> people) =>
        await PersonAsync(http, people) is { } person ? Results.Text(await signIn.MakePasskeyRequestOptionsAsync(person), "application/json") : Results.Unauthorized();

    static async Task<IResult> PasskeyAsync(
        HttpContext http, SignInManager<Person> signIn, UserManager<Person> people, PasskeySignIn passkeys, MemberSessions sessions, ExternalProvider provider)
    {
        if (http.Features.Get<MemberSession>() is not { } session) return SignInFirst(http);
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string back = SignInFlow.LocalPath(form["return"]);
        // Somebody else's passkey proves that somebody else is there.
        if (await PasskeyProof.ReadAsync(signIn, passkeys, form["credential"], http.RequestAborted) is not { } person || person.Id != session.PersonId)
            return await PageAsync(http, people, provider, back, "The passkey was not accepted. Nothing was done; try again.", StatusCodes.Status401Unauthorized);
        await sessions.SetPresentAsync(session.Id, http.RequestAborted);
        return Results.LocalRedirect(back);
    }

    static async Task<IResult> CodeAsync(
        HttpContext http, UserManager<Person> people, PasswordSignIn signIn, SignInRates rates, MemberSessions sessions, ExternalProvider provider)
    {
        if (http.Features.Get<MemberSession>() is not { } session) return SignInFirst(http);
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string back = SignInFlow.LocalPath(form["return"]), address = SignInFlow.Address(http), code = form["code"].ToString();
        if (!rates.Take(address)) return await PageAsync(http, people, provider, back, "Too many tries from this address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        PasswordCheck check = await signIn.CheckCodeAsync(session.PersonId, session.Email, code.Length > 64 ? "" : code, address, http.RequestAborted);
        if (check.Person == Guid.Empty)
            return await PageAsync(http, people, provider, back, "The code was not accepted. A code works once; wait for the next one.", StatusCodes.Status401Unauthorized);
        await sessions.SetPresentAsync(session.Id, http.RequestAborted);
        return Results.LocalRedirect(back);
    }

    static async Task<Person?> PersonAsync(HttpContext http, UserManager<Person> people) =>
        http.Features.Get<MemberSession>() is { } session ? await people.FindByIdAsync(session.PersonId.ToString()) : null;

    static async Task<IResult> PageAsync(HttpContext http, UserManager<Person> people, ExternalProvider provider, string back, string? error, int status)
    {
        if (await PersonAsync(http, people) is not { } person) return SignInFirst(http);
        return SignInPages.Page<StepUpPage>(http, status, (nameof(StepUpPage.Error), error), (nameof(StepUpPage.Return), back),
            (nameof(StepUpPage.HasPasskey), (await people.GetPasskeysAsync(person)).Count > 0), (nameof(StepUpPage.HasApp), person.TotpKey is not null),
            (nameof(StepUpPage.Provider), provider.IsOn && (await people.GetLoginsAsync(person)).Count > 0 ? provider.Name : null));
    }

    static IResult SignInFirst(HttpContext http) =>
        Results.LocalRedirect($"{DashboardPaths.SignIn}?return={Uri.EscapeDataString(HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/")}");
}
