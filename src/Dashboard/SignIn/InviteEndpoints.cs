using Keystone.Identity.Errors;
using Keystone.Identity.Platforms;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.SignIn;

/// <summary><c>/invite/{token}</c>: a person becomes a member, once. Reading the page changes nothing.</summary>
internal static class InviteEndpoints
{
    const string Path = "/invite/{token}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Path, ShowAsync);
        group.MapPost(Path + "/passkey/options", OptionsAsync);
        group.MapPost(Path + "/passkey", PasskeyAsync);
        group.MapPost(Path + "/password", PasswordAsync);
        group.MapPost(Path + "/join", JoinAsync);
    }

    static async Task<IResult> ShowAsync(HttpContext http, string token, InvitationStore invitations, InvitePages pages) =>
        await invitations.FindAsync(token, http.RequestAborted) is { } invitation ? pages.Page(http, token, invitation, null, StatusCodes.Status200OK) : Ended(http);

    static async Task<IResult> OptionsAsync(HttpContext http, string token, InvitationStore invitations, SignInManager<Person> signIn) =>
        await invitations.FindAsync(token, http.RequestAborted) is { IsKnown: false, ExternalOnly: false } invitation
            ? Results.Text(await signIn.MakePasskeyCreationOptionsAsync(Entity(invitation.PersonId, invitation.Email, invitation.Name)), "application/json")
            : Results.NotFound();

    /// <summary>Who a new passkey is for.</summary>
    public static PasskeyUserEntity Entity(Guid person, string email, string? name) => new() { Id = person.ToString(), Name = email, DisplayName = name ?? email };

    static async Task<IResult> PasskeyAsync(HttpContext http, string token, InvitationStore invitations, SignInManager<Person> signIn, SignInFlow flow, SetupStore setup, InvitePages pages)
    {
        if (await invitations.FindAsync(token, http.RequestAborted) is not { } invitation) return Ended(http);
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (invitation.ExternalOnly || await PasskeyProof.ReadNewAsync(signIn, invitation.PersonId, form["credential"], form["name"]) is not { } passkey)
            return pages.Page(http, token, invitation, "The passkey was not accepted. Nothing was done; try again.", StatusCodes.Status400BadRequest);
        IdentityResult<Invitation> taken = await invitations.TakeWithPasskeyAsync(token, passkey, http.RequestAborted);
        if (taken.Value is null) return Refused(http, token, invitation, pages, taken.Error!);
        await flow.SignInAsync(http, invitation.PersonId, invitation.MemberId, "passkey");
        return Results.LocalRedirect(await SetupEndpoints.FirstPathAsync(http.Features.Get<MemberSession>(), setup, http.RequestAborted));
    }

    static async Task<IResult> PasswordAsync(
        HttpContext http, string token, InvitationStore invitations, RecoveryCodeStore codes, SignInFlow flow, SignInRates rates, InvitePages pages)
    {
        if (await invitations.FindAsync(token, http.RequestAborted) is not { } invitation) return Ended(http);
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!rates.Take(SignInFlow.Address(http))) return pages.Page(http, token, invitation, "Too many tries from this address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        if (pages.OpenKey(token, form["key"].ToString()) is not { } key)
            return pages.Page(http, token, invitation, "This page was too old. Scan the new key and try again.", StatusCodes.Status400BadRequest);
        string password = form["password"].ToString(), code = form["code"].ToString();
        IdentityResult<Invitation> taken = await invitations.TakeWithPasswordAsync(token, password.Length > 1024 ? "" : password, key, code.Length > 16 ? "" : code, http.RequestAborted);
        if (taken.Value is null) return taken.Error!.Faults.Count > 0
            ? pages.Page(http, token, invitation, string.Join(' ', taken.Error.Faults.Select(fault => fault.Message)), StatusCodes.Status422UnprocessableEntity, form["key"])
            : Refused(http, token, invitation, pages, taken.Error);
        IReadOnlyList<string> recovery = await codes.ReplaceAsync(invitation.PersonId, http.RequestAborted);
        await flow.SignInAsync(http, invitation.PersonId, invitation.MemberId, "password");
        return SignInPages.Page<RecoveryCodesPage>(http, StatusCodes.Status200OK, (nameof(RecoveryCodesPage.Codes), recovery));
    }

    static async Task<IResult> JoinAsync(HttpContext http, string token, InvitationStore invitations, SignInFlow flow, InvitePages pages)
    {
        if (await invitations.FindAsync(token, http.RequestAborted) is not { } invitation) return Ended(http);
        if (http.Features.Get<MemberSession>() is not { } session) return Results.LocalRedirect($"/sign-in?return={Uri.EscapeDataString("/invite/" + token)}");
        IdentityResult<Invitation> taken = await invitations.TakeAsync(token, session.PersonId, http.RequestAborted);
        if (taken.Value is null) return Refused(http, token, invitation, pages, taken.Error!);
        await flow.ContinueAsync(http, session, invitation.MemberId);
        return Results.LocalRedirect("/");
    }

    static IResult Refused(HttpContext http, string token, Invitation invitation, InvitePages pages, Keystone.Identity.Errors.IdentityError error) =>
        error.Code == InvitationStore.Ended.Code ? Ended(http) : pages.Page(http, token, invitation, error.Detail, StatusCodes.Status409Conflict);

    /// <summary>One page for a link that was used, has ended or never was.</summary>
    public static IResult Ended(HttpContext http) => SignInPages.Page<MessagePage>(http, StatusCodes.Status404NotFound, (nameof(MessagePage.Text), InvitationStore.Ended.Detail));

}
