using Keystone.Compliance.Evidence;
using Keystone.Compliance.Lists;
using Keystone.Domain.Engine;
using Keystone.Ethereum;

namespace Keystone.Compliance;

/// <summary>Port to a provider of screenings: a list of the operator, or a vendor. Called outside any transaction; may take seconds.</summary>
public interface IScreeningProvider
{
    /// <summary>Answers one question about one party. A provider that cannot answer throws or returns <see cref="ScreeningStatus.Error"/>, which clears no party.</summary>
    Task<ScreeningVerdict> ScreenAsync(ScreeningSubject subject, CancellationToken cancellationToken);
}

/// <summary>Who is screened.</summary>
/// <param name="PartyId">Id of the party.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Name">Name as sent; null when the platform gave none.</param>
/// <param name="Lei">Legal entity identifier (ISO 17442); null when the platform gave none.</param>
/// <param name="Wallets">Every wallet of the party.</param>
/// <param name="ChainId">EIP-155 chain id of the wallets.</param>
public sealed record ScreeningSubject(Guid PartyId, ScreeningLayer Layer, string? Name, string? Lei, IReadOnlyList<Address> Wallets, long ChainId)
{
    /// <summary>Id of the check: the same for every repetition of the request, so that a provider answers it once.</summary>
    public Guid CheckId { get; init; }

    /// <summary>What the party is; null when it is not known.</summary>
    public ListedKind? Kind { get; init; }

    /// <summary>Day of birth of a person, ISO 8601; null when it is not known.</summary>
    public string? DateOfBirth { get; init; }

    /// <summary>Year of birth of a person; null when it is not known.</summary>
    public int? BirthYear { get; init; }

    /// <summary>Country, ISO 3166-1 alpha-2; null when it is not known.</summary>
    public string? Country { get; init; }
}

/// <summary>An answer with its evidence.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Reference">The provider's own reference to it.</param>
/// <param name="ListHash">Hash of the list that was consulted; null when there is none.</param>
public sealed record ScreeningVerdict(ScreeningStatus Status, string? Reference, Hash32? ListHash = null)
{
    /// <summary>What the answer rests on; null for a provider that gives no evidence.</summary>
    public ScreeningEvidence? Evidence { get; init; }

    /// <summary>When the provider wants to be asked again for an answer that is not there yet; null for the default.</summary>
    public TimeSpan? AskAgain { get; init; }
}
