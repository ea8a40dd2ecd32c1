using Keystone.Dashboard.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Dashboard.SignIn;

/// <summary><c>/sandbox/sign-in/{token}</c>, where an <see cref="ISandboxMembers"/> is registered.</summary>
internal static class SandboxSignInEndpoints
{
    const string Path = DashboardPaths.SandboxSignIn + "/sign-in/{token}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<ISandboxMembers>() is null) return;
        RouteGroupBuilder group = routes.Group();
        group.MapGet(Path, ShowAsync);
        group.MapPost(Path, SignInAsync);
    }

    static async Task<IResult> ShowAsync(HttpContext http, string token, ISandboxMembers members) =>
        await members.FindAsync(token, http.RequestAborted) is { } member
            ? SignInPages.Page<SandboxSignInPage>(http, StatusCodes.Status200OK, (nameof(SandboxSignInPage.Email), member.Email), (nameof(SandboxSignInPage.Token), token))
            : InviteEndpoints.Ended(http);

    static async Task<IResult> SignInAsync(HttpContext http, string token, ISandboxMembers members, SignInFlow flow) =>
        await members.FindAsync(token, http.RequestAborted) is { } member && await flow.SignInAsync(http, member.Person, member.Member, "password") ? Results.LocalRedirect("/")
            : InviteEndpoints.Ended(http);
}
