namespace Keystone.Api.Guides;

/// <summary>A page of the guides, ready to be sent.</summary>
/// <param name="Name">Last part of its path.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Html">Its text.</param>
/// <param name="Sections">Its sections in order, for the search.</param>
internal sealed record GuidePage(string Name, string Title, string Html, IReadOnlyList<GuideSection> Sections);

/// <summary>A heading of a page with the words under it.</summary>
/// <param name="Anchor">Name of the heading in the page; empty for what stands above the first.</param>
/// <param name="Title">The heading.</param>
/// <param name="Text">The text under it, without marks.</param>
internal sealed record GuideSection(string Anchor, string Title, string Text);

/// <summary>A section that has all words of a search.</summary>
internal sealed record GuideHit(GuidePage Page, GuideSection Section);
