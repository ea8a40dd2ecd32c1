using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Keystone.Api.Http;

/// <summary>Writes JSON answers whose length is known before their first byte.</summary>
internal static class Answer
{
    public static async Task WriteAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
