using Keystone.Api.Http;
using Keystone.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Keystone.Api.OpenApi;

/// <summary>The document's head: what it is about and how callers sign in.</summary>
internal sealed class DocumentTransformer : IOpenApiDocumentTransformer
{
    public const string SchemeName = "oauth2";

    static readonly (string Name, string Description)[] Tags =
    [
        ("authentication", "Access tokens for platforms."),
        ("settlements", "Instruct settlements, answer those of others, and follow them."),
        ("templates", "States and rules that settlements follow."),
        ("instruments", "Tokens under their symbols."),
        ("webhooks", "Receivers of events."),
        ("platform", "Your platform: environments, credentials, networks, members, activity."),
        ("wallets", "Wallets that your parties may use."),
        ("admin", "For the operator of the system."),
        ("errors", "Meanings of error codes."),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Keystone OS",
            Version = RequestMiddleware.ApiVersion,
            Description = "Settles securities against payment atomically on an EVM chain. Amounts are decimal strings; times are UTC. Bodies are JSON, whatever their "
                + "Content-Type says of application/json, application/*+json or application/x-www-form-urlencoded. Unknown members and query parameters are ignored and "
                + "named in Keystone-Ignored-Fields. Errors are problem documents (RFC 9457) with a stable code.",
            License = new OpenApiLicense { Name = "Proprietary" },
        };
        // The same document at build time and under every host name.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>(Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SchemeName] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Description = "Client credentials. Send the token as Authorization: Bearer <access_token>; it is valid for 24 hours.",
                Flows = new OpenApiOAuthFlows
                {
                    ClientCredentials = new OpenApiOAuthFlow { TokenUrl = new Uri("/oauth/token", UriKind.Relative), Scopes = Scopes.OfTenants.Concat(Scopes.OfOperator).DistinctBy(scope => scope.Name).ToDictionary(scope => scope.Name, scope => scope.Meaning) },
                },
            },
        };
        foreach (IOpenApiSchema schema in document.Components.Schemas?.Values ?? []) DescribeChoices(schema);
        return Task.CompletedTask;
    }

    // The generator describes the schema in a choice between it and null; readers look at the member.
    static void DescribeChoices(IOpenApiSchema schema)
    {
        foreach (OpenApiSchema member in (schema.Properties?.Values ?? []).OfType<OpenApiSchema>().Where(member => member.Description is null))
            if (member.OneOf?.OfType<OpenApiSchemaReference>().FirstOrDefault() is { Reference: { Description: { } text } reference })
                (member.Description, reference.Description) = (text, null);
    }
}
