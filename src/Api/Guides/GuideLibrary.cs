using System.Reflection;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Keystone.Api.Guides;

/// <summary>The guides of the repository's <c>docs</c> for integrators, which this assembly carries, as pages of this host.</summary>
internal sealed class GuideLibrary
{
    const string Prefix = "guide/";

    // What stands in the pages is Markdown of this repository. HTML in it would be a mistake, and is shown as text.
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();

    readonly Dictionary<string, GuidePage> _pages;

    /// <summary>Reads and renders all pages.</summary>
    public GuideLibrary()
    {
        Assembly assembly = typeof(GuideLibrary).Assembly;
        Dictionary<string, string> sources = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..^".md".Length], name => Read(assembly, name), StringComparer.Ordinal);
        _pages = sources.ToDictionary(source => source.Key, source => Render(source.Key, source.Value, sources.ContainsKey), StringComparer.Ordinal);
    }

    /// <summary>Name of the page that lists the others.</summary>
    public const string Index = "README";

    /// <summary>All pages, by name.</summary>
    public IReadOnlyCollection<GuidePage> Pages => _pages.Values;

    /// <summary>A page; null where there is none of that name.</summary>
    public GuidePage? Find(string name) => _pages.GetValueOrDefault(name);

    /// <summary>The sections that have every word of a search, those with all of them in their heading first.</summary>
    public IReadOnlyList<GuideHit> Search(string? words)
    {
        string[] wanted = (words ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.Length == 0) return [];
        return
        [
            .. _pages.Values.SelectMany(page => page.Sections, (page, section) => new GuideHit(page, section))
                .Where(hit => wanted.All(word => Has(hit.Section.Title, word) || Has(hit.Section.Text, word)))
                .OrderByDescending(hit => wanted.All(word => Has(hit.Section.Title, word))).ThenBy(hit => hit.Page.Title, StringComparer.Ordinal).Take(50),
        ];
    }

    static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    static string Read(Assembly assembly, string name)
    {
        using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    static GuidePage Render(string name, string source, Func<string, bool> isPage)
    {
        MarkdownDocument document = Markdown.Parse(source, Pipeline);
        foreach (LinkInline link in document.Descendants<LinkInline>()) link.Url = Target(link.Url ?? "", isPage);
        List<GuideSection> sections = [];
        (string anchor, string title, List<string> words) = ("", "", []);
        foreach (Block block in document)
        {
            if (block is not HeadingBlock heading)
            {
                words.Add(TextOf(source, block));
                continue;
            }
            if (title.Length > 0) sections.Add(new GuideSection(anchor, title, string.Join(' ', words)));
            (anchor, title, words) = (heading.GetAttributes().Id ?? "", TextOf(source, heading).TrimStart('#', ' '), []);
        }
        sections.Add(new GuideSection(anchor, title, string.Join(' ', words)));
        return new GuidePage(name, sections[0].Title, document.ToHtml(Pipeline), sections);
    }

    static string TextOf(string source, Block block) => Regex.Replace(source[block.Span.Start..(block.Span.End + 1)].Replace("`", "", StringComparison.Ordinal), @"\[([^\]]*)\]\([^)]*\)", "$1");

    // A link to a file of the repository becomes one to the page; files that are not served here lead nowhere on this host and lose their link's target.
    static string Target(string url, Func<string, bool> isPage)
    {
        if (url.StartsWith('#') || url.Contains("://", StringComparison.Ordinal)) return url;
        string[] parts = url.Split('#', 2);
        string name = Path.GetFileNameWithoutExtension(parts[0]);
        string anchor = parts.Length == 2 ? "#" + parts[1] : "";
        return name == Index ? GuideEndpoints.Root + anchor : isPage(name) ? $"{GuideEndpoints.Root}/{name}{anchor}" : "";
    }
}
