using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Postgres;

namespace Keystone.Api.Http;

/// <summary>Times in answers: UTC with <c>Z</c>, without a fraction when the second is whole, else with six digits.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Timestamps.Text(value));
}
