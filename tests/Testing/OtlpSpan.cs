using System.Buffers.Binary;
using System.Text;

namespace Keystone.Testing;

/// <summary>A span as an export request holds it (opentelemetry-proto, trace/v1): enough of it to tell what belongs to what.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Id">16 hexadecimal digits.</param>
/// <param name="ParentId">The same; empty for the first of a trace.</param>
/// <param name="Name">Of the span.</param>
/// <param name="Attributes">Texts alone; other values are empty.</param>
public sealed record OtlpSpan(string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>All spans of an <c>ExportTraceServiceRequest</c>: resource_spans 1, scope_spans 2, spans 2.</summary>
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request) =>
        Fields(request).Where(f => f.Number == 1).SelectMany(resource => Fields(resource.Bytes)).Where(f => f.Number == 2)
            .SelectMany(scope => Fields(scope.Bytes)).Where(f => f.Number == 2).Select(span => Read(span.Bytes));

    static OtlpSpan Read(byte[] span)
    {
        Dictionary<int, byte[]> one = [];
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach ((int number, byte[] bytes) in Fields(span))
            if (number == 9)
            {
                Dictionary<int, byte[]> pair = Fields(bytes).ToDictionary(f => f.Number, f => f.Bytes);
                attributes[Encoding.UTF8.GetString(pair[1])] = Encoding.UTF8.GetString(Fields(pair[2]).FirstOrDefault(f => f.Number == 1).Bytes ?? []);
            }
            else
            {
                one[number] = bytes;
            }
        return new OtlpSpan(Hex(one, 1), Hex(one, 2), Hex(one, 4), Encoding.UTF8.GetString(one[5]), attributes);
    }

    static string Hex(Dictionary<int, byte[]> fields, int number) => Convert.ToHexStringLower(fields.GetValueOrDefault(number) ?? []);

    static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message, ref at);
            int length = (key & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(message, ref at), 5 => 4, _ => throw new InvalidDataException("No protocol buffer.") };
            if ((key & 7) == 0)
            {
                byte[] number = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(number, Varint(message, ref at));
                yield return ((int)(key >> 3), number);
                continue;
            }
            yield return ((int)(key >> 3), message[at..(at + length)]);
            at += length;
        }
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }
}
