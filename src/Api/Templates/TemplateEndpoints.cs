using System.Text.Json;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Domain.Templates;
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
        group.MapGet("schema", () => TypedResults.Ok(JsonElement.Parse(TemplateJson.Schema))).WithName("getTemplateSchema").WithSummary("Read the JSON Schema of a template's config");
        RouteGroupBuilder writing = routes.MapGroup("/v1/settlement-templates").RequireScope(Scopes.TemplatesWrite).WithTags("templates");
        writing.MapPost("", CreateAsync).WithName("createTemplate").WithSummary("Upload a template")
            .WithDescription("It is for your environment alone. Every rule that it breaks is named in errors by its code: unreachable_state, dead_end, action_order, gate_missing and so on.")
            .WithBody<CreateTemplateRequest>(Examples.CreateTemplate).WithErrors(ErrorCodes.TemplateLimitReached, ErrorCodes.ValidationFailed);
        writing.MapPost("validate", ValidateAsync).WithName("validateTemplate").WithSummary("Check a template and store nothing")
            .WithBody<CreateTemplateRequest>(Examples.CreateTemplate).WithErrors(ErrorCodes.ValidationFailed);
        writing.MapPatch("{name}", UpdateAsync).WithName("updateTemplate").WithSummary("Make the next version of a template")
            .WithDescription("Settlements keep the version with which they were made. The built-in templates cannot be changed and are answered like absent ones.")
            .WithBody<UpdateTemplateRequest>(Examples.UpdateTemplate).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed).WithPathExample("name", "two-checks");
    }

    static async Task<Results<Created<TemplateView>, Problem>> CreateAsync(HttpContext context, ManageTemplates templates)
    {
        RequestBody<CreateTemplateRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateTemplateRequest);
        Result<TemplateView> result = await templates.CreateAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } made) return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.CreateTemplateRequest));
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"/v1/settlement-templates/{made.Id}", made);
    }

    static async Task<Results<Ok<ValidTemplateBody>, Problem>> ValidateAsync(HttpContext context, ManageTemplates templates)
    {
        RequestBody<CreateTemplateRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateTemplateRequest);
        if (await templates.ValidateAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted) is { } error)
            return new Problem(FaultOrder.Sort(error, ApiJson.Default.CreateTemplateRequest));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(new ValidTemplateBody(true));
    }

    static async Task<Results<Ok<TemplateView>, Problem>> UpdateAsync(HttpContext context, ManageTemplates templates, string name)
    {
        // A fault of the body must not reveal that a foreign template exists.
        if (!await templates.IsOwnAsync(context.Caller(), name, context.RequestAborted)) return new Problem(DomainError.NotFound("Template"));
        RequestBody<UpdateTemplateRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdateTemplateRequest);
        Result<TemplateView> result = await templates.UpdateAsync(context.Caller(), name, body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } made) return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.UpdateTemplateRequest));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(made);
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
