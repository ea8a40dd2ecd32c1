using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Keystone.Api.OpenApi;

/// <summary>
/// Tells the API explorer which record a handler reads. The endpoint itself carries no <c>Accepts</c> and binds no body: either would answer 415 to JSON
/// that is labelled as a form.
/// </summary>
internal sealed class BodyDescriptionProvider : IApiDescriptionProvider
{
    /// <summary>After the provider that describes endpoints (-1100).</summary>
    public int Order => -1000;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (ApiDescription description in context.Results)
        {
            if (description.ActionDescriptor.EndpointMetadata.OfType<EndpointDocumentation.BodyMetadata>().LastOrDefault() is not { } body)
                continue;
            description.ParameterDescriptions.Add(new ApiParameterDescription
            {
                Name = "body",
                Source = BindingSource.Body,
                Type = body.Record,
                IsRequired = body.Required,
                ModelMetadata = null!,
            });
            foreach (string format in body.Formats)
                description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = format });
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }
}
