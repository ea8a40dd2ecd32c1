using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Keystone.Api;
using Keystone.Api.Http;
using Keystone.Cli;
using Keystone.Compliance;
using Keystone.Dashboard;
using Keystone.Dashboard.SignIn;
using Keystone.Compliance.Providers;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Identity;
using Keystone.Indexer;
using Keystone.Keeper;
using Keystone.Keeper.Attestation;
using Keystone.Keeper.Mail;
using Keystone.Postgres;
using Keystone.Transactions;
using Keystone.Webhooks;

namespace Keystone.Dev.Settings;

/// <summary>The settings of the services as a page of Markdown, made from the option types and their own summaries.</summary>
internal static partial class SettingsTable
{
    static readonly (string Section, Type Options, string Services)[] Sections =
    [
        ("Storage", typeof(StorageOptions), "api, indexer, keeper"),
        ("Chains:0", typeof(ChainOptions), "api, indexer, keeper"),
        ("Management", typeof(ManagementOptions), "api, indexer, keeper"),
        ("Log", typeof(LogOptions), "api, indexer, keeper"),
        ("Metrics", typeof(MetricsOptions), "api, indexer, keeper"),
        ("Tracing", typeof(TracingOptions), "api, indexer, keeper"),
        ("Api", typeof(ApiOptions), "api"),
        ("Dashboard", typeof(DashboardOptions), "api"),
        ("SignIn", typeof(SignInOptions), "api"),
        ("Http", typeof(HttpOptions), "api"),
        ("Identity", typeof(IdentityOptions), "api"),
        ("Auth", typeof(AuthOptions), "api"),
        ("Webhooks", typeof(WebhookOptions), "api, keeper"),
        ("Indexer", typeof(IndexerOptions), "indexer"),
        ("Keeper", typeof(KeeperOptions), "keeper"),
        ("Mail", typeof(MailOptions), "keeper"),
        ("Signer", typeof(SignerOptions), "keeper"),
        ("Attester", typeof(AttesterOptions), "keeper"),
        ("Attester:Registries:0", typeof(RegistryOptions), "keeper"),
        ("Screening", typeof(ScreeningOptions), "keeper"),
        ("Screening:Lists:0", typeof(ListOptions), "keeper"),
        ("Screening:Entity", typeof(ProviderOptions), "keeper; `Screening:Wallet` has the same settings for the layer of wallets"),
        ("ScreeningResults", typeof(ScreeningResultOptions), "api"),
        ("Transactions", typeof(TransactionsOptions), "keeper"),
    ];

    /// <summary>Option types that the page shows.</summary>
    public static IEnumerable<Type> Types => Sections.Select(section => section.Options);

    /// <summary>The whole page.</summary>
    public static string Markdown()
    {
        StringBuilder page = new("""
            # Settings

            Made by `keystone settings --markdown` from the option types; a test compares. Each service reads `keystone.json` in its folder or the file of
            `--config`, then variables such as `KEYSTONE__STORAGE__MAXPOOLSIZE`, then arguments such as `--Storage:MaxPoolSize 20`; the later one wins. Any
            setting `X` can be given as `XFile`, the path of a file with its value; secrets are refused in environment variables, so give them that way.
            A list has numbered entries: `Chains:0:RpcUrls:0`. What is missing or wrong stops the start with a sentence for each fault.


            """.ReplaceLineEndings("\n"));
        foreach ((string section, Type options, string services) in Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"## {section}\n\nRead by {services}.\n\n| setting | default | meaning |\n|---|---|---|\n");
            object defaults = Activator.CreateInstance(options)!;
            Dictionary<string, string> summaries = Summaries(options);
            foreach (PropertyInfo property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true }))
                page.Append(CultureInfo.InvariantCulture,
                    $"| `{section}:{property.Name}` | {Text(property.GetValue(defaults))} | {summaries.GetValueOrDefault(property.Name, "")} |\n");
            page.Append('\n');
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    static string Text(object? value) => value switch
    {
        null or "" => "",
        bool flag => flag ? "`true`" : "`false`",
        IEnumerable list and not string when !list.Cast<object>().Any() => "",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    // The documentation file lies beside the assembly.
    static Dictionary<string, string> Summaries(Type options)
    {
        string file = Path.ChangeExtension(options.Assembly.Location, ".xml");
        if (!File.Exists(file)) throw new CommandFault($"{file} is missing; build the program anew.");
        string prefix = $"P:{options.FullName}.";
        return XDocument.Load(file).Descendants("member")
            .Where(member => ((string?)member.Attribute("name"))?.StartsWith(prefix, StringComparison.Ordinal) == true)
            .ToDictionary(member => ((string)member.Attribute("name")!)[prefix.Length..], member => Plain(member.Element("summary")), StringComparer.Ordinal);
    }

    static string Plain(XElement? summary)
    {
        if (summary is null) return "";
        string text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement reference when (string?)reference.Attribute("cref") is { } target => $"`{target[(target.LastIndexOf('.') + 1)..]}`",
            XElement other => other.Value,
            _ => node.ToString(),
        }));
        return Spaces().Replace(System.Net.WebUtility.HtmlDecode(text), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
