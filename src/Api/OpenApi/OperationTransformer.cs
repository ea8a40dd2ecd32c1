using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Api.Events;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.Reporting;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Keystone.Api.OpenApi;

/// <summary>Documents examples, query parameters, scopes and errors from our own endpoint metadata.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    // What any call with a caller, and any call with a body, may be answered.
    static readonly string[] Common = ["rate_limited", "internal_error", "database_unavailable"];
    static readonly string[] OfCallers = ["invalid_token", "insufficient_scope", "issuer_unavailable"];
    // Networks are those of an environment; the operator has none.
    static readonly string[] OfTenants = ["address_not_allowed"], OfVersions = ["version_unknown"];
    // Of a caller who sends a token although none is asked for.
    static readonly string[] OfAnybody = ["rate_limited"];
    static readonly string[] OfBodies = ["malformed_body", "body_too_large", "unsupported_media_type", "unsupported_content_encoding", "validation_failed"];
    // Of a request for a token, where RFC 6749 has no answer.
    static readonly string[] OfTokenRequests = ["body_too_large", "unsupported_content_encoding", "internal_error", "database_unavailable"];

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        EndpointDocumentation.BodyMetadata? body = metadata.OfType<EndpointDocumentation.BodyMetadata>().LastOrDefault();
        if (body is not null && operation.RequestBody?.Content is { } contents && contents.TryGetValue("application/json", out OpenApiMediaType? json))
            json.Example = JsonNode.Parse(body.Example);
        foreach (QueryParameter parameter in metadata.OfType<EndpointDocumentation.QueryMetadata>().SelectMany(query => query.Parameters))
            (operation.Parameters ??= []).Add(Document(parameter));
        foreach (IOpenApiParameter parameter in operation.Parameters ?? [])
            Document((OpenApiParameter)parameter, metadata);
        if (operation.Responses?.TryGetValue("201", out IOpenApiResponse? created) == true && created is OpenApiResponse { } response)
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>())["Location"] = new OpenApiHeader { Description = "Path of what was made.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        if (metadata.OfType<EndpointDocumentation.CsvMetadata>().Any() && operation.Responses?["200"] is OpenApiResponse { Content: { } formats })
            formats["text/csv"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        if (metadata.OfType<XmlMetadata>().Any())
            (operation.Responses ??= [])["200"] = new OpenApiResponse
            {
                Description = "The message.",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/xml"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } },
            };
        if (metadata.OfType<StreamMetadata>().Any() && operation.Responses?["200"] is OpenApiResponse { Content: { } streams })
            streams["text/event-stream"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        RequiredScope? scope = metadata.OfType<RequiredScope>().LastOrDefault();
        // The empty requirement says that a call needs no token.
        operation.Security = scope is null ? [new OpenApiSecurityRequirement()]
            : [.. scope.Parts.Prepend(scope.Name).Select(one =>
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentTransformer.SchemeName, context.Document)] = [one] })];
        if (metadata.OfType<OAuthErrors>().Any())
        {
            foreach (string code in OfTokenRequests)
                (operation.Responses ??= [])[ErrorTable.Of(code).Status.ToString(CultureInfo.InvariantCulture)] = await ErrorAsync([code], context, cancellationToken);
            return;
        }
        string[] codes =
        [
            .. metadata.OfType<EndpointDocumentation.ErrorMetadata>().SelectMany(errors => errors.Codes),
            .. scope is null ? [] : OfCallers, .. scope is null || scope.Name == Scopes.Admin ? [] : OfTenants, .. IsVersioned(context) ? OfVersions : [], .. body is null ? [] : OfBodies, .. scope is null ? OfAnybody : Common,
        ];
        foreach (IGrouping<int, string> status in codes.Distinct(StringComparer.Ordinal).GroupBy(code => ErrorTable.Of(code).Status).OrderBy(group => group.Key))
            (operation.Responses ??= [])[status.Key.ToString(CultureInfo.InvariantCulture)] = await ErrorAsync([.. status], context, cancellationToken);
    }

    static bool IsVersioned(OpenApiOperationTransformerContext context) =>
        context.Description.RelativePath is { } path && path.StartsWith("v1/", StringComparison.Ordinal) && !path.StartsWith("v1/admin/", StringComparison.Ordinal);

    static async Task<OpenApiResponse> ErrorAsync(string[] codes, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        const string name = "Problem", faultName = "ProblemFault";
        if (context.Document?.Components?.Schemas?.ContainsKey(name) != true)
        {
            OpenApiSchema problem = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), cancellationToken: cancellationToken);
            context.Document!.AddComponent<IOpenApiSchema>(faultName, await context.GetOrCreateSchemaAsync(typeof(ProblemFault), cancellationToken: cancellationToken));
            ((OpenApiSchema)problem.Properties!["errors"]).Items = new OpenApiSchemaReference(faultName, context.Document);
            context.Document!.AddComponent<IOpenApiSchema>(name, problem);
        }
        return new OpenApiResponse
        {
            Description = string.Join(", ", codes),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new()
                {
                    Schema = new OpenApiSchemaReference(name, context.Document),
                    Examples = codes.ToDictionary(code => code, code => (IOpenApiExample)new OpenApiExample { Summary = ErrorTable.Of(code).Meaning, Value = Example(code) }),
                },
            },
        };
    }

    static JsonNode Example(string code)
    {
        DomainError error = new(code, ErrorTable.Of(code).Meaning)
        {
            Faults = code == ErrorCodes.ValidationFailed
                ? [new Fault("/legs/1/quantity", "quantity_too_precise", "USDC has 6 decimals, 0.0000001 has 7.")] : [],
        };
        return JsonSerializer.SerializeToNode(ProblemBody.Of(error, "req_0123456789abcdef01234567"), ApiJson.Written.ProblemBody)!;
    }

    static OpenApiParameter Document(QueryParameter parameter)
    {
        OpenApiSchema schema = new()
        {
            Type = parameter.Kind switch { "integer" => JsonSchemaType.Integer, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
            Format = parameter.Format,
            Minimum = parameter.Minimum?.ToString(CultureInfo.InvariantCulture),
            Maximum = parameter.Maximum?.ToString(CultureInfo.InvariantCulture),
            Default = parameter.Default is { } normal ? JsonValue.Create(normal) : null,
            Enum = parameter.AllowedValues is { } values ? [.. values.Select(word => (JsonNode)JsonValue.Create(word)!)] : null,
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = parameter.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
        };
    }

    static void Document(OpenApiParameter parameter, IList<object> metadata)
    {
        if (parameter.In != ParameterLocation.Path)
            return;
        parameter.Required = true;
        if (parameter.Name is "id" or "delivery_id")
        {
            parameter.Description = "UUID.";
            parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
        }
        if (metadata.OfType<EndpointDocumentation.PathExample>().LastOrDefault(example => example.Name == parameter.Name) is { } known)
            parameter.Example = JsonValue.Create(known.Value);
    }
}
