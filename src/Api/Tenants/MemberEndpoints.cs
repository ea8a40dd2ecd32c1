using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/platforms/me/members</c>.</summary>
internal static class MemberEndpoints
{
    const string Path = "/v1/platforms/me/members", What = "Member";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scopes.MembersManage).WithTags("platform");
        group.MapGet("", ListAsync).WithName("listMembers").WithSummary("List the members of your platform").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", InviteAsync).WithName("inviteMember").WithSummary("Invite a person")
            .WithDescription("The answer holds the invitation's token; no later answer does. It holds for 72 hours, and once.")
            .WithBody<InviteMemberRequest>(TenantExamples.InviteMember).WithErrors("member_exists", "member_limit_reached", ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).WithName("getMember").WithSummary("Read a member").WithErrors(ErrorCodes.NotFound);
        group.MapPatch("{id}", UpdateAsync).WithName("updateMember").WithSummary("Give a member other roles")
            .WithBody<UpdateMemberRequest>(TenantExamples.UpdateMember).WithErrors("member_is_self", "last_manager", ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapDelete("{id}", RemoveAsync).WithName("removeMember").WithSummary("Remove a member")
            .WithDescription("The credentials that it made are revoked.").WithErrors("member_is_self", "last_manager", ErrorCodes.NotFound);
    }

    static async Task<Ok<PageBody<MemberView>>> ListAsync(HttpContext context, MemberStore members)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<MemberView> items, long total) = await members.ListAsync(context.Caller().PlatformId, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<MemberView>(items, total)));
    }

    static async Task<Results<Created<InvitedMemberBody>, Problem>> InviteAsync(HttpContext context, MemberStore members)
    {
        RequestBody<InviteMemberRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.InviteMemberRequest);
        IdentityResult<InvitedMember> result = await members.InviteAsync(
            context.Caller().PlatformId, context.Actor(), body.Value.Email, body.Value.Name, body.Value.Roles, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } made) return TenantErrors.Problem(result.Error!, ApiJson.Default.InviteMemberRequest);
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Member.Id}", new InvitedMemberBody(made.Member, made.InvitationToken));
    }

    static async Task<Ok<MemberView>> GetAsync(HttpContext context, MemberStore members, string id) =>
        TypedResults.Ok((await members.FindAsync(context.Caller().PlatformId, PathId.Read(id, What), context.RequestAborted)).OrRefuse());

    static async Task<Results<Ok<MemberView>, Problem>> UpdateAsync(HttpContext context, MemberStore members, string id)
    {
        MemberView found = (await members.FindAsync(context.Caller().PlatformId, PathId.Read(id, What), context.RequestAborted)).OrRefuse();
        RequestBody<UpdateMemberRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdateMemberRequest);
        IdentityResult<MemberView> result = await members.ChangeRolesAsync(
            context.Caller().PlatformId, context.Actor(), found.Id, body.Value.Roles, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } changed) return TenantErrors.Problem(result.Error!, ApiJson.Default.UpdateMemberRequest);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(changed);
    }

    static async Task<Results<NoContent, Problem>> RemoveAsync(HttpContext context, MemberStore members, string id) =>
        await members.RemoveAsync(context.Caller().PlatformId, context.Actor(), PathId.Read(id, What), context.RequestAborted) is { } error
            ? TenantErrors.Problem(error) : TypedResults.NoContent();
}
