namespace Keystone.Settlements;

/// <summary>A page of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Total">How many there are in all, counted up to the list's cap.</param>
/// <param name="Capped">There are more than <paramref name="Total"/>.</param>
/// <param name="Next">Where the next page begins; null at the end, or for a list without cursor.</param>
/// <typeparam name="T">Type of the items.</typeparam>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, bool Capped = false, string? Next = null);
