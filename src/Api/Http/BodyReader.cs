using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>
/// The one reader of bodies under <c>/v1</c>. The framework's own binding answers 415 to a JSON body that is labelled as a form, which is what
/// bare <c>curl -d</c> sends, so the bytes are read here whatever their label.
/// </summary>
internal static class BodyReader
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxDepth = 16;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The body as a record; an empty body is the empty object, so that the missing members are named.</summary>
    /// <exception cref="Refusal">415, 413, 400, or 422 for a body that is no object.</exception>
    public static async Task<RequestBody<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        RequireNoEncoding(context);
        RequireKnownType(context.Request.ContentType);
        ReadOnlyMemory<byte> body = await ReadBytesAsync(context);
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
            body = "{}"u8.ToArray();
        if (!Utf8.IsValid(body.Span))
            throw Refusal.Malformed("The body is not valid UTF-8.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return RecordReader.Read(document.RootElement, type);
        }
        catch (JsonException fault)
        {
            throw Refusal.Malformed(fault.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "The body names a member twice: " + fault.Message
                : "The body is not valid JSON: " + fault.Message);
        }
        catch (InvalidOperationException)
        {
            // The only text that JSON allows and .NET cannot hold: "\ud800" alone, in a name or a value.
            throw Refusal.Malformed("The body holds an unpaired surrogate escape.");
        }
    }

    /// <exception cref="Refusal">415 for a body that is compressed, 413.</exception>
    public static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        RequireNoEncoding(context);
        if (context.Request.ContentLength > MaxBytes)
            throw Refusal.TooLarge();
        using MemoryStream buffer = new();
        byte[] chunk = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
                throw Refusal.TooLarge();
            buffer.Write(chunk, 0, read);
        }
        return buffer.ToArray();
    }

    // RFC 9110, section 15.5.16: the answer says which codings are taken. None is: a compressed body has no size before it is read.
    static void RequireNoEncoding(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding is not { Count: > 0 } encodings
            || encodings.All(encoding => string.IsNullOrWhiteSpace(encoding) || encoding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase)))
            return;
        context.Response.Headers.AcceptEncoding = "identity";
        throw new Refusal("unsupported_content_encoding", "The body has a Content-Encoding; send it as it is.");
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
        throw new Refusal("unsupported_media_type", "Send JSON in UTF-8 with Content-Type: application/json.");
    }
}
