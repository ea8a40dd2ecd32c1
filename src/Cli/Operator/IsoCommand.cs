using System.CommandLine;
using System.Globalization;
using System.Xml;
using System.Xml.Schema;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone iso</c>: check.</summary>
internal static class IsoCommand
{
    const int MostFaults = 100;

    public static Command Create() => new("iso", "Messages of ISO 20022.") { Check() };

    static Command Check()
    {
        Option<string[]> schemas = new("--xsd") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "Schema that the messages are checked with, as the standard's registration authority publishes it; several where one imports others." };
        Argument<string[]> messages = new("message") { Arity = ArgumentArity.OneOrMore, Description = "Files with messages, as GET /v1/settlements/{id}/messages/sese.024 and sese.025 give them; - for standard input." };
        return new Command("check", "Validates messages against a schema. Exit code 1 when one does not conform.") { schemas, messages }.Runs(async (parsed, cancellationToken) =>
        {
            XmlSchemaSet set = Read(parsed.GetRequiredValue(schemas));
            bool conform = true;
            foreach (string message in parsed.GetRequiredValue(messages))
            {
                IReadOnlyList<string> faults = message == "-" ? await FaultsAsync(Console.In, set, cancellationToken) : await FileAsync(message, set, cancellationToken);
                foreach (string fault in faults) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{message}: {fault}");
                if (faults.Count == 0) await parsed.InvocationConfiguration.Output.WriteLineAsync($"{message}: conforms");
                conform &= faults.Count == 0;
            }
            return conform ? 0 : 1;
        });
    }

    // No document of another place is read, whatever a schema or message names.
    static XmlSchemaSet Read(IEnumerable<string> files)
    {
        XmlSchemaSet set = new() { XmlResolver = null };
        List<string> faults = [];
        set.ValidationEventHandler += (_, fault) => faults.Add(fault.Message);
        foreach (string file in files)
        {
            try
            {
                using XmlReader reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
                if (XmlSchema.Read(reader, (_, fault) => faults.Add(fault.Message)) is { } schema) set.Add(schema);
            }
            catch (Exception fault) when (fault is XmlException or XmlSchemaException)
            {
                throw new CommandFault($"{file} is no XML schema: {fault.Message}", fault);
            }
            if (faults.Count > 0) throw new CommandFault($"{file} cannot be used: {faults[0]}");
        }
        set.Compile();
        return faults.Count == 0 ? set : throw new CommandFault($"The schema cannot be used: {faults[0]}");
    }

    static async Task<IReadOnlyList<string>> FileAsync(string file, XmlSchemaSet set, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(file);
        return await FaultsAsync(reader, set, cancellationToken);
    }

    /// <summary>What does not conform, with line and column; nothing when everything does.</summary>
    static async Task<IReadOnlyList<string>> FaultsAsync(TextReader text, XmlSchemaSet set, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        XmlReaderSettings settings = new()
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            ValidationType = ValidationType.Schema,
            Schemas = set,
            // A part that the schema does not know is a fault too; a schema that the message names is not read.
            ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings | XmlSchemaValidationFlags.ProcessIdentityConstraints,
        };
        settings.ValidationEventHandler += (_, fault) => faults.Add(Place(fault.Exception, fault.Message));
        try
        {
            using XmlReader reader = XmlReader.Create(text, settings);
            bool isRoot = true;
            while (faults.Count < MostFaults && await reader.ReadAsync())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (reader.NodeType != XmlNodeType.Element || !isRoot) continue;
                isRoot = false;
                // Without a schema of its namespace nothing of it would be checked.
                if (!set.Contains(reader.NamespaceURI)) return [$"the message is of {reader.NamespaceURI}, and the schema of {string.Join(", ", set.Schemas().Cast<XmlSchema>().Select(one => one.TargetNamespace))}"];
            }
        }
        catch (XmlException fault)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber}, column {fault.LinePosition}: {fault.Message}"));
        }
        return faults;
    }

    static string Place(XmlSchemaException fault, string message) => string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber}, column {fault.LinePosition}: {message}");
}
