using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Keystone.Api.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Keystone.Api.OpenApi;

/// <summary>
/// Says of each record which members are required: of a request those marked so, of an answer all but those that are left out when null. And describes the
/// types that a converter writes.
/// </summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = context.JsonTypeInfo.Type;
        if (context.JsonTypeInfo.ElementType == typeof(LocationPart))
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Integer };
        else if (type == typeof(JsonElement))
            schema.Type = JsonSchemaType.Object;
        else if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
            (schema.Type, schema.Format) = (type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null, "date-time");
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is not null)
        {
            bool request = type.Name.EndsWith("Request", StringComparison.Ordinal);
            schema.Required = context.JsonTypeInfo.Properties.Where(member => request ? Has<RequiredAttribute>(member) : !IsLeftOut(member))
                .Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        }
        // A required member of a request may not be null.
        if (context.JsonPropertyInfo is { } property)
        {
            if (Has<RequiredAttribute>(property)) schema.Type &= ~JsonSchemaType.Null;
            // A member with a default value comes without its description.
            if (property.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true) is [DescriptionAttribute said, ..]) schema.Description ??= said.Description;
        }
        return Task.CompletedTask;
    }

    static bool IsLeftOut(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];

    static bool Has<T>(JsonPropertyInfo member) => member.AttributeProvider?.GetCustomAttributes(typeof(T), inherit: true) is [_, ..];
}
