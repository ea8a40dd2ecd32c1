using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Calls about bilateral instructions and templates.</summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class InstructionClient
{
    readonly ApiConnection _api;
    readonly TimeProvider _time;

    internal InstructionClient(ApiConnection api, TimeProvider time) => (_api, _time) = (api, time);

    /// <summary>Submits one side of a trade. Without a key it takes a new one, so that its own repeats make no second instruction.</summary>
    public Task<Instruction> SubmitInstructionAsync(SubmitInstructionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        SubmitInstructionRequest keyed = request.IdempotencyKey is { Length: > 0 } ? request
            : request with { IdempotencyKey = Guid.CreateVersion7(_time.GetUtcNow()).ToString() };
        return _api.SendAsync(Routes.SubmitInstruction, Routes.SubmitInstruction.Template, ClientJson.Default.Instruction,
            KeystoneClient.Body(keyed, ClientJson.Default.SubmitInstructionRequest), true, cancellationToken);
    }

    /// <summary>A page of the environment's instructions, newest first.</summary>
    /// <param name="status">pending_match, matched, cancelled or expired; null for all.</param>
    /// <param name="tradeReference">Only those of this reference; null for all.</param>
    /// <param name="limit">Most items, 1 to 200.</param>
    /// <param name="offset">Items to skip.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<InstructionPage> ListInstructionsAsync(string? status = null, string? tradeReference = null, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListInstructions, KeystoneClient.Query(Routes.ListInstructions.Template, [.. KeystoneClient.Paging(limit, offset), ("status", status), ("trade_reference", tradeReference)]),
            ClientJson.Default.InstructionPage, null, true, cancellationToken);

    /// <summary>An instruction.</summary>
    public Task<Instruction> GetInstructionAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetInstruction, Routes.GetInstruction.Path(id.ToString()), ClientJson.Default.Instruction, null, true, cancellationToken);

    /// <summary>Takes an instruction back that waits.</summary>
    public Task<Instruction> CancelInstructionAsync(Guid id, CancelInstructionRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CancelInstruction, Routes.CancelInstruction.Path(id.ToString()), ClientJson.Default.Instruction,
            KeystoneClient.Body(request, ClientJson.Default.CancelInstructionRequest), true, cancellationToken);

    /// <summary>Uploads a template.</summary>
    public Task<Template> CreateTemplateAsync(CreateTemplateRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateTemplate, Routes.CreateTemplate.Template, ClientJson.Default.Template, KeystoneClient.Body(request, ClientJson.Default.CreateTemplateRequest), true, cancellationToken);

    /// <summary>Checks a template and stores nothing.</summary>
    public Task<ValidTemplate> ValidateTemplateAsync(CreateTemplateRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ValidateTemplate, Routes.ValidateTemplate.Template, ClientJson.Default.ValidTemplate, KeystoneClient.Body(request, ClientJson.Default.CreateTemplateRequest), true, cancellationToken);

    /// <summary>Makes the next version of a template.</summary>
    public Task<Template> UpdateTemplateAsync(string name, UpdateTemplateRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.UpdateTemplate, Routes.UpdateTemplate.Path(name), ClientJson.Default.Template, KeystoneClient.Body(request, ClientJson.Default.UpdateTemplateRequest), true, cancellationToken);

    /// <summary>The JSON Schema of a template's config.</summary>
    public Task<System.Text.Json.JsonElement> GetTemplateSchemaAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetTemplateSchema, Routes.GetTemplateSchema.Template, ClientJson.Default.JsonElement, null, true, cancellationToken);
}
