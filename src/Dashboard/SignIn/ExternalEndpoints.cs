using System.Security.Claims;
using Keystone.Dashboard.Http;
using Keystone.Identity.Errors;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Keystone.Dashboard.SignIn;

/// <summary>
/// Sign-in at an external OpenID Connect provider: code with PKCE, started by a link, because browsers apply <c>form-action</c> to the redirect that follows a form. A subject of
/// the provider is a person only after an invitation was taken with it; roles are ours.
/// </summary>
internal static class ExternalEndpoints
{
    const string Start = "/sign-in/external", Done = "/sign-in/external/done";
    const string InvitationItem = "keystone.invitation", StepItem = "keystone.step", ReturnItem = "keystone.return", AuthTimeClaim = "auth_time";
    static readonly TimeSpan Freshness = TimeSpan.FromMinutes(2);

    public static void Add(AuthenticationBuilder authentication)
    {
        authentication.Services.AddOptions<OpenIdConnectOptions>(ExternalProvider.Scheme).Configure<IOptions<SignInOptions>, SignInSurroundings, TimeProvider>(Configure);
        authentication.AddOpenIdConnect(ExternalProvider.Scheme, _ => { });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Start, StartAsync);
        group.MapGet(Done, DoneAsync);
    }

    static void Configure(OpenIdConnectOptions options, IOptions<SignInOptions> settings, SignInSurroundings surroundings, TimeProvider time)
    {
        options.Authority = settings.Value.Authority;
        options.ClientId = settings.Value.ClientId;
        options.ClientSecret = settings.Value.ClientSecret;
        options.RequireHttpsMetadata = new Uri(settings.Value.Authority).Scheme == Uri.UriSchemeHttps;
        options.CallbackPath = ExternalProvider.Callback;
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // The answer comes by a redirect: one that is posted would need cookies without SameSite.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.TimeProvider = time;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = surroundings.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Events = new OpenIdConnectEvents
        {
            OnRedirectToIdentityProvider = context =>
            {
                if (!context.Properties.Items.ContainsKey(StepItem)) return Task.CompletedTask;
                context.ProtocolMessage.Prompt = "login";
                context.ProtocolMessage.MaxAge = "0";
                return Task.CompletedTask;
            },
            // What failed at the provider is told in one sentence of ours: its own words come from outside.
            OnRemoteFailure = context =>
            {
                context.Response.Redirect(Done + "?failed=1");
                context.HandleResponse();
                return Task.CompletedTask;
            },
        };
    }

    static IResult StartAsync(HttpContext http, ExternalProvider provider)
    {
        if (!provider.IsOn) return Results.LocalRedirect(DashboardPaths.SignIn);
        AuthenticationProperties properties = new() { RedirectUri = Done };
        properties.Items[ReturnItem] = SignInFlow.LocalPath(http.Request.Query["return"]);
        if (http.Request.Query["invitation"].ToString() is { Length: > 0 and <= 128 } invitation) properties.Items[InvitationItem] = invitation;
        if (http.Request.Query["step"] == "up") properties.Items[StepItem] = "up";
        return Results.Challenge(properties, [ExternalProvider.Scheme]);
    }

    static async Task<IResult> DoneAsync(
        HttpContext http, ExternalProvider provider, UserManager<Person> people, InvitationStore invitations, SignInFlow flow, MemberSessions sessions, TimeProvider time)
    {
        AuthenticateResult result = provider.IsOn ? await http.AuthenticateAsync(IdentityConstants.ExternalScheme) : AuthenticateResult.NoResult();
        await http.SignOutAsync(IdentityConstants.ExternalScheme);
        if (result.Principal?.FindFirst("sub") is not { } subject || result.Properties is not { } properties)
            return Message(http, StatusCodes.Status401Unauthorized, "The sign-in at the provider did not succeed. Nothing was done; start again.");
        string issuer = result.Principal.FindFirstValue("iss") ?? subject.Issuer, back = SignInFlow.LocalPath(properties.Items[ReturnItem]);
        if (properties.Items.TryGetValue(InvitationItem, out string? token) && token is not null)
        {
            IdentityResult<Invitation> taken = await invitations.TakeWithLoginAsync(token, issuer, subject.Value, http.RequestAborted);
            if (taken.Value is not { } invitation) return Message(http, StatusCodes.Status409Conflict, taken.Error!.Detail);
            await flow.SignInAsync(http, invitation.PersonId, invitation.MemberId, "external");
            return Results.LocalRedirect("/");
        }
        Person? person = await people.FindByLoginAsync(issuer, subject.Value);
        if (properties.Items.ContainsKey(StepItem))
        {
            // The provider is asked to ask again; its word for when it did is checked.
            if (http.Features.Get<MemberSession>() is not { } session || person?.Id != session.PersonId
                || !long.TryParse(result.Principal.FindFirstValue(AuthTimeClaim), out long seconds) || DateTimeOffset.FromUnixTimeSeconds(seconds) < time.GetUtcNow() - Freshness)
                return Message(http, StatusCodes.Status401Unauthorized, "The provider did not confirm you anew. Nothing was done.");
            await sessions.SetPresentAsync(session.Id, http.RequestAborted);
            return Results.LocalRedirect(back);
        }
        return person is not null && await flow.SignInAsync(http, person.Id, null, "external") ? Results.LocalRedirect(back)
            : Message(http, StatusCodes.Status403Forbidden, "This account is not a member here. Open the invitation that you were sent, and join with this account from there.");
    }

    static IResult Message(HttpContext http, int status, string text) => SignInPages.Page<MessagePage>(http, status, (nameof(MessagePage.Text), text));
}
