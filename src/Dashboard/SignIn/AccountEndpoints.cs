using System.Buffers.Text;
using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.SignIn;

/// <summary><c>/me</c>: what a person signs in with, and its open sessions. Every change asks for a fresh proof of presence.</summary>
internal static class AccountEndpoints
{
    const string Path = "/me";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Path, (HttpContext http, AccountReader reader) => PageAsync(http, reader, null, StatusCodes.Status200OK));
        group.MapPost(Path + "/passkeys/options", OptionsAsync);
        group.MapPost(Path + "/passkeys", AddAsync);
        group.MapPost(Path + "/passkeys/remove", RemoveAsync);
        group.MapPost(Path + "/recovery-codes", RecoveryCodesAsync);
        group.MapPost(Path + "/sessions/end", EndAsync);
    }

    static async Task<IResult> OptionsAsync(HttpContext http, AccountReader reader, SignInManager<Person> signIn) =>
        await reader.FreshAsync(http) is { Person: { } person } ? Results.Text(await signIn.MakePasskeyCreationOptionsAsync(InviteEndpoints.Entity(person.Id, person.Email, person.Name)), "application/json")
            : Results.StatusCode(StatusCodes.Status403Forbidden);

    static async Task<IResult> AddAsync(HttpContext http, AccountReader reader, SignInManager<Person> signIn, PasskeySignIn passkeys)
    {
        (Person? person, IResult? instead) = await reader.FreshAsync(http);
        if (person is null) return instead!;
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await PasskeyProof.ReadNewAsync(signIn, person.Id, form["credential"], form["name"]) is { } made && await passkeys.CompleteAsync(person, made, http.RequestAborted)
            ? Results.LocalRedirect(Path) : await PageAsync(http, reader, "The passkey was not accepted. Nothing was done; try again.", StatusCodes.Status400BadRequest);
    }

    static async Task<IResult> RemoveAsync(HttpContext http, AccountReader reader, UserManager<Person> people, MemberSessions sessions, SignInFlow flow)
    {
        (Person? person, IResult? instead) = await reader.FreshAsync(http);
        if (person is null) return instead!;
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string text = form["id"].ToString();
        if (text.Length is 0 or > 2048 || !Base64Url.IsValid(text)) return await PageAsync(http, reader, "There is no such passkey.", StatusCodes.Status404NotFound);
        byte[] id = Base64Url.DecodeFromChars(text);
        IList<UserPasskeyInfo> all = await people.GetPasskeysAsync(person);
        if (!all.Any(one => one.CredentialId.AsSpan().SequenceEqual(id))) return await PageAsync(http, reader, "There is no such passkey.", StatusCodes.Status404NotFound);
        if (all.Count == 1 && person.PasswordHash is null && (await people.GetLoginsAsync(person)).Count == 0)
            return await PageAsync(http, reader, "This is the only way in that you have. Make another passkey first.", StatusCodes.Status409Conflict);
        await people.RemovePasskeyAsync(person, id);
        // Whoever had the passkey may have sessions: all of them end, and this browser gets a new one.
        MemberSession session = http.Features.Get<MemberSession>()!;
        await people.UpdateSecurityStampAsync(person);
        sessions.Changed();
        await flow.ContinueAsync(http, session, session.MemberId);
        return Results.LocalRedirect(Path);
    }

    static async Task<IResult> RecoveryCodesAsync(HttpContext http, AccountReader reader, RecoveryCodeStore codes)
    {
        (Person? person, IResult? instead) = await reader.FreshAsync(http);
        if (person is null) return instead!;
        return SignInPages.Page<RecoveryCodesPage>(http, StatusCodes.Status200OK, (nameof(RecoveryCodesPage.Codes), await codes.ReplaceAsync(person.Id, http.RequestAborted)));
    }

    static async Task<IResult> EndAsync(HttpContext http, MemberSessions sessions)
    {
        if (http.Features.Get<MemberSession>() is not { } session) return Results.LocalRedirect(DashboardPaths.SignIn);
        if (Guid.TryParse((await http.Request.ReadFormAsync(http.RequestAborted))["id"], out Guid id)) await sessions.EndAsync(id, session.MemberId, session.MemberId.ToString(), http.RequestAborted);
        return Results.LocalRedirect(Path);
    }

    static async Task<IResult> PageAsync(HttpContext http, AccountReader reader, string? error, int status)
    {
        if (http.Features.Get<MemberSession>() is not { } session || await reader.ReadAsync(session, http.RequestAborted) is not { } account)
            return Results.LocalRedirect($"{DashboardPaths.SignIn}?return={Uri.EscapeDataString(Path)}");
        return SignInPages.Page<AccountPage>(http, status, (nameof(AccountPage.Error), error), (nameof(AccountPage.Account), account), (nameof(AccountPage.Current), session.Id));
    }
}
