using Keystone.Dashboard.Http;
using Keystone.Domain.Names;
using Keystone.Identity;
using Keystone.Identity.Credentials;
using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.SignIn;

/// <summary><c>/setup/{step}</c>: the first run of a platform. Each step is a use case that has a page of its own later; each may be skipped, and where it stands is on the server.</summary>
internal static class SetupEndpoints
{
    public const string Path = "/setup";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Path, async (HttpContext http, SetupStore setup) => Session(http) is { PlatformId: { } platform }
            ? Results.LocalRedirect($"{Path}/{await setup.FindAsync(platform, http.RequestAborted)}") : SignInFirst());
        group.MapGet(Path + "/{step}", (HttpContext http, string step, MemberStore members, MemberCallers callers) => PageAsync(http, step, members, callers, null, StatusCodes.Status200OK));
        group.MapPost(Path + "/{step}", PostAsync);
    }

    /// <summary>Where a member begins: at the first run, where it is not at its end and the member may do it.</summary>
    public static async Task<string> FirstPathAsync(MemberSession? session, SetupStore setup, CancellationToken cancellationToken) =>
        session is { PlatformId: { } platform } && session.Has(MemberRoles.PlatformManager) && await setup.FindAsync(platform, cancellationToken) is var step && step != SetupStore.Steps[^1]
            ? $"{Path}/{step}" : "/";

    static MemberSession? Session(HttpContext http) => http.Features.Get<MemberSession>();

    static IResult SignInFirst() => Results.LocalRedirect($"{DashboardPaths.SignIn}?return={Uri.EscapeDataString(Path)}");

    static async Task<IResult> PostAsync(
        HttpContext http, string step, SetupStore setup, PlatformAccountStore platforms, LogoStore logos, MemberStore members, EnvironmentCredentialStore credentials, MemberCallers callers, TimeProvider time)
    {
        if (Session(http) is not { PlatformId: { } platform } session) return SignInFirst();
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await FirstEnvironmentAsync(session, callers, http.RequestAborted) is not { } caller) return SignInFirst();
        Actor actor = Actor.Of(caller);
        if (actor.Refuse(Scopes.PlatformManage, time.GetUtcNow()) is { } forbidden) return await RefuseAsync(http, step, members, callers, forbidden);
        if (form["skip"].Count == 0)
            switch (step)
            {
                case "platform":
                    PlatformChanges changes = new(new HashSet<string>(form["support_email"].ToString().Length > 0 ? ["name", "support_email"] : ["name"]))
                    {
                        Name = form["name"],
                        SupportEmail = form["support_email"].ToString() is { Length: > 0 } mail ? mail : null,
                    };
                    if ((await platforms.UpdateAsync(platform, changes, new MemberFaults(), NameSkeleton.AreConfusable, http.RequestAborted)).Error is { } wrong)
                        return await RefuseAsync(http, step, members, callers, wrong);
                    break;
                case "logo":
                    if (http.Request.Form.Files["logo"] is not { Length: > 0 } file) return await RefuseAsync(http, step, members, callers, new IdentityError("validation_failed", "Choose a file, or skip this step."));
                    byte[] image = new byte[Math.Min(file.Length, LogoStore.MostBytes + 1L)];
                    await using (Stream stream = file.OpenReadStream()) await stream.ReadExactlyAsync(image, http.RequestAborted);
                    if (await logos.SetAsync(platform, actor, image, http.RequestAborted) is { } bad) return await RefuseAsync(http, step, members, callers, bad);
                    break;
                case "invite":
                    IdentityResult<InvitedMember> invited = await members.InviteAsync(
                        platform, actor, form["email"], form["name"].ToString() is { Length: > 0 } name ? name : null, form["roles"].ToArray(), new MemberFaults(), http.RequestAborted);
                    // Not passed: more people may follow.
                    return invited.Value is { } made
                        ? await PageAsync(http, step, members, callers, null, StatusCodes.Status200OK, ($"{http.Request.Scheme}://{http.Request.Host}/invite/{made.InvitationToken}", null))
                        : await RefuseAsync(http, step, members, callers, invited.Error!);
                case "credential":
                    IdentityResult<CreatedCredential> created = await credentials.CreateAsync(
                        caller.EnvironmentId, actor, [.. Scopes.Default], "First credential", null, new MemberFaults(), http.RequestAborted);
                    if (created.Value is not { } credential) return await RefuseAsync(http, step, members, callers, created.Error!);
                    return await PageAsync(http, step, members, callers, null, StatusCodes.Status200OK, (credential.ClientSecret, credential.Credential.ClientId));
            }
        return Results.LocalRedirect($"{Path}/{await setup.PassAsync(platform, step, http.RequestAborted)}");
    }

    static Task<IResult> RefuseAsync(HttpContext http, string step, MemberStore members, MemberCallers callers, IdentityError error) => error.Code == IdentityError.PresenceRequired.Code
        ? Task.FromResult(Results.LocalRedirect($"{StepUpEndpoints.Path}?return={Uri.EscapeDataString($"{Path}/{step}")}"))
        : PageAsync(http, step, members, callers, error.Detail, error.Code == "insufficient_scope" ? StatusCodes.Status403Forbidden : StatusCodes.Status422UnprocessableEntity);

    static async Task<IResult> PageAsync(
        HttpContext http, string step, MemberStore members, MemberCallers callers, string? error, int status, (string Secret, string? ClientId) made = default)
    {
        if (Session(http) is not { PlatformId: { } platform } session) return SignInFirst();
        if (!SetupStore.Steps.Contains(step)) return SignInPages.Page<MessagePage>(http, StatusCodes.Status404NotFound, (nameof(MessagePage.Text), "There is no such step."));
        string[] managers = session.Has(MemberRoles.PlatformManager) ? []
            : [.. (await members.ListAsync(platform, MemberStore.Most, 0, http.RequestAborted)).Items.Where(one => one.Status == "active" && one.Roles.Contains(MemberRoles.PlatformManager)).Select(one => one.Name ?? one.Email)];
        Caller? caller = await FirstEnvironmentAsync(session, callers, http.RequestAborted);
        return SignInPages.Page<SetupPage>(http, status, (nameof(SetupPage.Error), error), (nameof(SetupPage.Step), step), (nameof(SetupPage.Platform), session.PlatformName),
            (nameof(SetupPage.Managers), session.Has(MemberRoles.PlatformManager) ? null : managers), (nameof(SetupPage.Secret), made.Secret), (nameof(SetupPage.ClientId), made.ClientId),
            (nameof(SetupPage.Environment), caller?.EnvironmentSlug), (nameof(SetupPage.Api), $"{http.Request.Scheme}://{http.Request.Host}"));
    }

    static async Task<Caller?> FirstEnvironmentAsync(MemberSession session, MemberCallers callers, CancellationToken cancellationToken) =>
        (await callers.EnvironmentsAsync(session.Id, cancellationToken)) is [{ Slug: { } slug }, ..] ? await callers.FindAsync(session.Id, slug, cancellationToken) : null;
}
