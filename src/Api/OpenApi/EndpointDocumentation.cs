using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.OpenApi;

/// <summary>
/// Metadata of our own from which <see cref="OperationTransformer"/> documents what the framework cannot see: handlers bind no body, because a bound body
/// or <c>Accepts</c> answers 415 to JSON that is labelled as a form.
/// </summary>
internal static class EndpointDocumentation
{
    /// <summary>Documents the record that the handler reads from the body.</summary>
    public static RouteHandlerBuilder WithBody<T>(this RouteHandlerBuilder endpoint, string example, bool required = true, params string[] alsoAs) =>
        endpoint.WithMetadata(new BodyMetadata(typeof(T), example, required, ["application/json", .. alsoAs]));

    /// <summary>Documents the query parameters that the handler reads.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder endpoint, params QueryParameter[] parameters) =>
        endpoint.WithMetadata(new QueryMetadata(parameters));

    /// <summary>Documents the codes of errors beside those that any call may have.</summary>
    public static RouteHandlerBuilder WithErrors(this RouteHandlerBuilder endpoint, params string[] codes) => endpoint.WithMetadata(new ErrorMetadata(codes));

    /// <summary>Documents a value of a path parameter.</summary>
    public static RouteHandlerBuilder WithPathExample(this RouteHandlerBuilder endpoint, string name, string value) =>
        endpoint.WithMetadata(new PathExample(name, value));

    /// <summary>Documents that the answer is CSV where the caller prefers that.</summary>
    public static RouteHandlerBuilder WithCsv(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new CsvMetadata());

    internal sealed record CsvMetadata;

    internal sealed record BodyMetadata(Type Record, string Example, bool Required, string[] Formats);

    internal sealed record QueryMetadata(QueryParameter[] Parameters);

    internal sealed record ErrorMetadata(string[] Codes);

    internal sealed record PathExample(string Name, string Value);
}
