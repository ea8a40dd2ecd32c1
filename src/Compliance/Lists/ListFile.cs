using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml;
using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>Reads the file of a list as a whole or not at all.</summary>
public static class ListFile
{
    /// <summary>Number of the readers. Grows when a file would be read otherwise than before, so that evidence says how it was read.</summary>
    public const int ReaderVersion = 1;

    /// <summary>Reads a list.</summary>
    /// <param name="path">Path, for messages.</param>
    /// <param name="format">Its format.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="ListFileException">It cannot be used; the message names file and line.</exception>
    public static ParsedList Parse(string path, ListFormat format, ReadOnlyMemory<byte> content)
    {
        using MemoryStream stream = new(content.ToArray(), writable: false);
        return Read(path, format, stream, content.Length + 1L);
    }

    /// <summary>Reads a list from a file of at most <paramref name="maxBytes"/> bytes and takes its hash on the way.</summary>
    /// <exception cref="ListFileException">It cannot be used; the message names file and line.</exception>
    public static LoadedFile Load(string path, ListFormat format, long maxBytes)
    {
        FileInfo file = new(path);
        if (!file.Exists) throw new ListFileException("missing", $"{path} does not exist.");
        if (file.Length == 0) throw new ListFileException("empty", $"{path} is empty.");
        if (file.Length > maxBytes) throw new ListFileException("too_large", $"{path} has {file.Length} bytes, and {maxBytes} are allowed.");
        try
        {
            DateTimeOffset written = file.LastWriteTimeUtc;
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using SHA256 sha = SHA256.Create();
            using MemoryStream packed = new();
            ParsedList list;
            // One pass: the bytes that are read are the bytes that are hashed and kept.
            using (BrotliStream brotli = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            using (CryptoStream hashing = new(new TeeStream(stream, brotli), sha, CryptoStreamMode.Read))
            {
                list = Read(path, format, hashing, maxBytes);
                // What stands behind the last element belongs to the file as well.
                byte[] rest = new byte[8_192];
                while (hashing.Read(rest) > 0)
                {
                }
            }
            return new LoadedFile(list, new Hash32(sha.Hash!), written, file.Length, packed.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ListFileException("missing", $"{path} cannot be read: {e.Message}", e);
        }
    }

    static ParsedList Read(string path, ListFormat format, Stream stream, long maxCharacters)
    {
        ParsedList list;
        try
        {
            list = format switch
            {
                ListFormat.Ofac => OfacList.Read(stream, maxCharacters),
                ListFormat.Eu => EuList.Read(stream, maxCharacters),
                ListFormat.Un => UnList.Read(stream, maxCharacters),
                ListFormat.Uk => UkList.Read(stream, maxCharacters),
                _ => CsvList.Read(stream, maxCharacters),
            };
        }
        catch (ListFileException e)
        {
            throw new ListFileException(e.Reason, $"{path}: {e.Message}", e);
        }
        catch (XmlException e)
        {
            string reason = e.Message.Contains("Unexpected end of file", StringComparison.Ordinal) || e.Message.Contains("Root element is missing", StringComparison.Ordinal) ? "truncated" : "malformed";
            throw new ListFileException(reason, $"{path}, line {e.LineNumber}: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new ListFileException("malformed", $"{path}: {e.Message}", e);
        }
        if (list.Entries.Count == 0) throw new ListFileException("empty", $"{path} has no entry.");
        int nameless = list.Entries.Count(entry => entry.Names.Count == 0);
        // An element that was renamed leaves every entry without a name.
        if (format != ListFormat.Csv && nameless * 4 > list.Entries.Count)
            throw new ListFileException("shape_changed", $"{path}: {nameless} of {list.Entries.Count} entries have no name, so that the publisher has changed the format.");
        return list;
    }
}
