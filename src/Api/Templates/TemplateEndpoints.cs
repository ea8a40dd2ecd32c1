using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Api.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Templates;

/// <summary><c>/v1/settlement-templates</c>.</summary>
internal sealed class TemplateResource(TemplateStore store)
{
    public static void Map(IEndpointRouteBuilder routes, TemplateResource resource)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/settlement-templates").RequireScope("templates:read");
        group.MapGet("", (RequestDelegate)resource.ListAsync);
        group.MapGet("{name}", (RequestDelegate)resource.GetAsync);
    }

    async Task ListAsync(HttpContext context)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        faults.ThrowIfAny();
        IReadOnlyList<Template> templates = await store.ListAsync(context.Caller().EnvironmentId, context.RequestAborted);
        await Answer.WriteAsync(context, 200, paging.Envelope(templates.Skip(paging.Offset).Take(paging.Limit).Select(ToJson), templates.Count));
    }

    async Task GetAsync(HttpContext context)
    {
        IReadOnlyList<Template> templates = await store.ListAsync(context.Caller().EnvironmentId, context.RequestAborted);
        Template template = TemplateNames.Find(templates, (string)context.Request.RouteValues["name"]!) ?? throw Refusal.NotFound("Template");
        await Answer.WriteAsync(context, 200, ToJson(template));
    }

    static JsonObject ToJson(Template template) => new()
    {
        ["id"] = template.Id.ToString(),
        ["slug"] = template.Slug,
        ["name"] = template.Name,
        ["description"] = template.Description,
        ["version"] = template.Version,
        ["is_active"] = template.IsActive,
        ["config"] = template.Config.DeepClone(),
        ["created_at"] = Times.Text(template.CreatedAt),
        ["updated_at"] = Times.Text(template.CreatedAt),
    };
}

internal static class TemplateRegistration
{
    public static IServiceCollection AddTemplates(this IServiceCollection services) =>
        services.AddSingleton<TemplateStore>().AddSingleton<TemplateResource>();
}
