using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;

namespace Keystone.Settlements.Cancel;

/// <summary>
/// Who may end a settlement, and when. Before all sides have confirmed it is its initiator's alone, and a settlement of one platform always is. Then it takes
/// two platforms; once every leg is in the escrow it takes all of them, and the operator's transaction races with the swap. Conduct of this API: the contract
/// lets a single depositor cancel or withdraw until every leg is in.
/// </summary>
internal static class CancelRules
{
    /// <summary>The verdict on a request.</summary>
    /// <param name="IsEffective">With this request the settlement is to end.</param>
    /// <param name="IsRepeated">The platform asked before.</param>
    internal sealed record Verdict(bool IsEffective, bool IsRepeated);

    /// <summary>Judges a request of an environment that may see the settlement.</summary>
    public static Result<Verdict> Judge(LockedSettlement settlement, Guid environment, DateTimeOffset now)
    {
        if (settlement.IsExecuted || settlement is { IsTerminal: true } && settlement.State == settlement.Template.SuccessState)
            return DomainError.Conflict(ErrorCodes.AlreadyExecuted, "The swap was executed on the chain; it cannot be cancelled any more.", settlement.State);
        HashSet<Guid> asked = [.. settlement.Facts.Where(fact => fact.Kind == "cancel_request").Select(fact => fact.EnvironmentId!.Value)];
        bool repeated = asked.Contains(environment);
        if (repeated && settlement.Facts.Exists(fact => fact.Kind == "cancel")) return new Verdict(IsEffective: true, IsRepeated: true);
        if (settlement.IsEnding(now)) return settlement.Ended;
        if (repeated) return new Verdict(IsEffective: false, IsRepeated: true);
        bool isInitiator = settlement.EnvironmentId == environment;
        if (!settlement.IsCrossPlatform || settlement.Parties.Exists(party => party.Status == "pending_confirmation"))
            return isInitiator ? new Verdict(IsEffective: true, IsRepeated: false)
                : new DomainError(ErrorCodes.NotInitiator, "Until every party has confirmed only the platform that instructed the settlement can cancel it; reject your own party instead.");
        int platforms = settlement.Parties.Select(party => party.EnvironmentId).Append(settlement.EnvironmentId).Distinct().Count();
        return new Verdict(asked.Count + 1 >= (settlement.IsFull ? platforms : Math.Min(2, platforms)), IsRepeated: false);
    }
}
