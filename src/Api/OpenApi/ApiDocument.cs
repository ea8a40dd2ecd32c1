using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Keystone.Api.Http;
using Keystone.Ethereum.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace Keystone.Api.OpenApi;

/// <summary>The OpenAPI document, served and written by the build, and the page that shows it.</summary>
internal static class ApiDocument
{
    /// <summary>Path of the page.</summary>
    public const string PagePath = "/docs/api";

    const string DocumentPath = "/openapi.json";

    /// <summary>True in the build's generator, which runs this program up to its start to read the endpoints.</summary>
    public static bool IsGenerated => Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddSingleton<IApiDescriptionProvider, BodyDescriptionProvider>();
        services.AddOpenApi(options =>
        {
            options.CreateSchemaReferenceId = NameOf;
            options.AddSchemaTransformer<SchemaTransformer>();
            options.AddOperationTransformer<OperationTransformer>();
            options.AddDocumentTransformer<DocumentTransformer>();
        });
        return services;
    }

    public static void MapApiDocument(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi(DocumentPath).AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference(PagePath, options => options.WithTitle("Keystone OS").WithOpenApiRoutePattern(DocumentPath).DisableDefaultFonts()).AllowAnonymous();
    }

    /// <summary>Content-Security-Policy of the page: the browser itself refuses whatever is not on this host.</summary>
    public const string PagePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'";

    /// <summary>Starts far enough for the generator: everything is registered and mapped, nothing needs settings or a database.</summary>
    public static async Task<int> GenerateAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddEthereumNodes(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.RemoveAll<IStartupValidator>();
        WebApplication app = builder.Build();
        app.MapApi();
        await app.RunAsync();
        return 0;
    }

    // Settlement for SettlementView, SettlementPage for a page of them; types that a converter writes have no name.
    static string? NameOf(JsonTypeInfo type)
    {
        if (type.Type == typeof(JsonElement) || type.Type == typeof(LocationPart))
            return null;
        if (type.Type.IsGenericType && type.Type.GetGenericTypeDefinition() == typeof(PageBody<>))
            return Trim(type.Type.GetGenericArguments()[0].Name) + "Page";
        return OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? Trim(name) : null;
    }

    static string Trim(string name) => name.EndsWith("View", StringComparison.Ordinal) || name.EndsWith("Body", StringComparison.Ordinal) ? name[..^4] : name;
}
