using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Api.Http;

/// <summary>A step of a location: the name of a member, written as a string, or the index of an item, written as a number.</summary>
[JsonConverter(typeof(LocationPart.Converter))]
internal readonly record struct LocationPart(string? Name = null, int Index = 0)
{
    internal sealed class Converter : JsonConverter<LocationPart>
    {
        public override LocationPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number ? new LocationPart(Index: reader.GetInt32()) : new LocationPart(reader.GetString());

        public override void Write(Utf8JsonWriter writer, LocationPart value, JsonSerializerOptions options)
        {
            if (value.Name is null) writer.WriteNumberValue(value.Index);
            else writer.WriteStringValue(value.Name);
        }
    }
}
