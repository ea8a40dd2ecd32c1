using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Conduct;

/// <summary>
/// The one reader of bodies under <c>/v1</c>. The framework's own binding answers 415 to a JSON body that is labelled as a form, which is what
/// bare <c>curl -d</c> sends, so the bytes are read here whatever their label.
/// </summary>
internal static class BodyReader
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxDepth = 16;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The body as a JSON object; an empty body is the empty object, so that the missing members are named.</summary>
    public static async Task<ObjectReader> ReadObjectAsync(HttpContext context)
    {
        Faults faults = new();
        JsonElement root = await ReadAsync(context);
        if (root.ValueKind != JsonValueKind.Object)
            throw Refusal.Validation([new Fault("", "wrong_type", "The body must be a JSON object.")]);
        return new ObjectReader(root, "", faults);
    }

    static async Task<JsonElement> ReadAsync(HttpContext context)
    {
        RequireKnownType(context.Request.ContentType);
        byte[] bytes = await ReadBytesAsync(context);
        ReadOnlyMemory<byte> body = bytes.AsMemory();
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
            return JsonElement.Parse("{}");
        if (!Utf8.IsValid(body.Span))
            throw Refusal.Malformed("The body is not valid UTF-8.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            RequireWellFormedText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw Refusal.Malformed(fault.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "The body names a member twice: " + fault.Message
                : "The body is not valid JSON: " + fault.Message);
        }
    }

    public static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes)
            throw TooLarge();
        using MemoryStream buffer = new();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
                throw TooLarge();
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    static void RequireKnownType(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
            return;
        if (MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) && type.MediaType is { } media)
        {
            media = media.ToLowerInvariant();
            bool known = media is "application/json" or "application/x-www-form-urlencoded"
                || (media.StartsWith("application/", StringComparison.Ordinal) && media.EndsWith("+json", StringComparison.Ordinal));
            string charset = type.CharSet?.Trim('"') ?? "utf-8";
            if (known && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)))
                return;
        }
        throw new Refusal(415, "unsupported_media_type", "Send JSON in UTF-8 with Content-Type: application/json.");
    }

    // "\ud800" alone is JSON but no text: found here once, not at each member.
    static void RequireWellFormedText(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement item in element.EnumerateArray())
                        RequireWellFormedText(item);
                    break;
                case JsonValueKind.Object:
                    foreach (JsonProperty member in element.EnumerateObject())
                    {
                        _ = member.Name;
                        RequireWellFormedText(member.Value);
                    }
                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw Refusal.Malformed("The body holds an unpaired surrogate escape.");
        }
    }

    static Refusal TooLarge() => new(413, "body_too_large", "The body may have at most 262144 bytes.");
}
