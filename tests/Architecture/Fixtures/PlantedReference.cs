using Keystone.Domain.Escrow;
using Keystone.Mirror;

namespace Keystone.Architecture.Fixtures;

/// <summary>What the rule on references must find: a user of two rooms.</summary>
public static class PlantedReference
{
    public static EscrowSnapshot? Use(MirrorView view, EscrowTerms terms) => view?.Of(terms);
}
