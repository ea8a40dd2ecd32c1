using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Keystone.Compliance.Lists;

/// <summary>Streams the XML of a list: one entry at a time, without DTD, resolver or namespaces.</summary>
internal static class ListXml
{
    /// <summary>A reader on the root element.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="maxCharacters">Characters that the document may have.</param>
    /// <param name="root">Local name of the root.</param>
    /// <param name="format">The format as people call it.</param>
    public static XmlReader Open(Stream stream, long maxCharacters, string root, string format)
    {
        XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = maxCharacters,
            MaxCharactersFromEntities = 1,
        });
        reader.MoveToContent();
        if (reader.LocalName != root)
            throw new ListFileException("wrong_document", $"its root element is {reader.LocalName} and not {root}, so that it is no list in the {format} format; fetch the full list again.");
        return reader;
    }

    /// <summary>Reads the children of the present element one by one; <paramref name="read"/> has to consume the child.</summary>
    public static void Children(XmlReader reader, Action<string> read)
    {
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return;
        }
        int depth = reader.Depth;
        reader.Read();
        while (!(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            // A document that ends here is reported by the reader itself.
            if (reader.NodeType != XmlNodeType.Element)
            {
                reader.Read();
                continue;
            }
            int line = ((IXmlLineInfo)reader).LineNumber;
            try
            {
                read(reader.LocalName);
            }
            catch (FormatException e) when (!e.Message.StartsWith("line ", StringComparison.Ordinal))
            {
                throw new FormatException($"line {line.ToString(CultureInfo.InvariantCulture)}: {e.Message}", e);
            }
        }
        reader.Read();
    }

    /// <summary>The present element with all that it holds; the reader stands behind it.</summary>
    public static XElement Element(XmlReader reader) => (XElement)XNode.ReadFrom(reader);

    /// <summary>Children of a local name.</summary>
    public static IEnumerable<XElement> Named(this XElement element, string name) => element.Elements().Where(child => child.Name.LocalName == name);

    /// <summary>First child of a local name.</summary>
    public static XElement? First(this XElement element, string name) => element.Named(name).FirstOrDefault();

    /// <summary>Text of the first child of a local name; null when there is none.</summary>
    public static string? TextOf(this XElement element, string name) => element.First(name)?.Value;

    /// <summary>Value of an attribute; null when there is none.</summary>
    public static string? Get(this XElement element, string name) => (string?)element.Attribute(name);

    /// <summary>A whole number, or null.</summary>
    public static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>A time of the publisher as UTC; null for none.</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;
}
