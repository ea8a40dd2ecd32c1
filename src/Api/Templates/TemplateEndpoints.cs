using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Templates;

/// <summary><c>/v1/settlement-templates</c>.</summary>
internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/settlement-templates").RequireScope(Scopes.TemplatesRead).WithTags("templates");
        group.MapGet("", ListAsync).WithName("listTemplates").WithSummary("List the templates that your environment may use")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{name}", GetAsync).WithName("getTemplate").WithSummary("Read a template by its id or slug")
            .WithErrors(ErrorCodes.NotFound).WithPathExample("name", "dvp-cross-platform");
    }

    static async Task<Ok<PageBody<TemplateView>>> ListAsync(HttpContext context, ReadTemplates templates)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await templates.ListAsync(context.Caller(), paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Results<Ok<TemplateView>, Problem>> GetAsync(HttpContext context, ReadTemplates templates, string name)
    {
        Result<TemplateView> result = await templates.FindAsync(context.Caller(), name, context.RequestAborted);
        return result.Value is { } template ? TypedResults.Ok(template) : new Problem(result.Error!);
    }
}
