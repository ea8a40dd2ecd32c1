namespace Keystone.Settlements.Screening;

/// <summary>An answer of the screening of a party, with what it rests on. For the compliance role of the party's own platform alone.</summary>
/// <param name="Id">Id of the answer; <c>keystone compliance replay</c> takes it.</param>
/// <param name="Role">Role of the party.</param>
/// <param name="Layer"><c>entity</c> or <c>wallet</c>.</param>
/// <param name="Round">Round of checks, from 1: each visit of a state that screens, and each change of a list that touches the party, begins one.</param>
/// <param name="Status"><c>pass</c>, <c>flagged</c> or <c>fail</c>.</param>
/// <param name="AnsweredAt">UTC.</param>
/// <param name="Reference">The provider's own reference; null for none.</param>
/// <param name="ListSet">Hash of the set of lists that was consulted, 0x and 64 digits; null when a provider alone answered.</param>
/// <param name="Lists">The lists of that set; empty when they are no longer kept.</param>
/// <param name="Basis">What the answer of the lists rests on; null when a provider alone answered.</param>
public sealed record ScreeningView(
    Guid Id, string Role, string Layer, int Round, string Status, DateTimeOffset AnsweredAt, string? Reference, string? ListSet, IReadOnlyList<ConsultedList> Lists, ScreeningBasis? Basis);

/// <summary>A list that an answer rests on.</summary>
/// <param name="Name">Its name in the settings of the operator, or <c>deny-list</c>.</param>
/// <param name="Hash">SHA-256 of the file, 0x and 64 digits.</param>
/// <param name="PublishedAt">When the publisher made it, UTC; null when the file does not say.</param>
/// <param name="LoadedAt">When it was read first, UTC.</param>
public sealed record ConsultedList(string Name, string Hash, DateTimeOffset? PublishedAt, DateTimeOffset LoadedAt);

/// <summary>What an answer of the lists rests on.</summary>
/// <param name="Matcher">Version of the matcher.</param>
/// <param name="Reader">Version of the readers of files.</param>
/// <param name="Flag">Score from which a person decides, ten-thousandths.</param>
/// <param name="Fail">Score from which a party is refused, ten-thousandths; 0 for none.</param>
/// <param name="Entries">Entries that the party may be, best first.</param>
/// <param name="ProviderVerdict">Answer of a provider beside the lists: <c>pass</c>, <c>flagged</c> or <c>fail</c>; null when none was asked.</param>
/// <param name="ProviderData">Version or hash of the provider's data, as it says.</param>
public sealed record ScreeningBasis(int Matcher, int Reader, int Flag, int Fail, IReadOnlyList<ResembledEntry> Entries, string? ProviderVerdict, string? ProviderData);

/// <summary>An entry of a list that a party may be.</summary>
/// <param name="List">Name of the list.</param>
/// <param name="Entry">Id of the entry there; empty for a line of the deny list.</param>
/// <param name="By">What agrees: <c>name</c>, <c>weak-alias</c>, <c>lei</c>, <c>wallet</c> or <c>entry</c>.</param>
/// <param name="Score">Ten-thousandths.</param>
public sealed record ResembledEntry(string List, string Entry, string By, int Score);
