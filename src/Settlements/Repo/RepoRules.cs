using Keystone.Ethereum;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;

namespace Keystone.Settlements.Repo;

/// <summary>Rules of the members that make a settlement the opening of a repo.</summary>
internal static class RepoRules
{
    /// <summary>Category of an opening.</summary>
    public const string Open = "repo_open";

    /// <summary>Category of a closing, which the system makes itself.</summary>
    public const string Close = "repo_close";

    /// <summary>Last moment of a maturity from now.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>The terms of an opening; null for every other settlement, and after adding a fault.</summary>
    /// <param name="rules">Rules of the request.</param>
    /// <param name="category">Its category, checked.</param>
    /// <param name="maturityAt">As sent.</param>
    /// <param name="repaymentAmount">As sent.</param>
    /// <param name="rate">As sent.</param>
    /// <param name="timeout">When the opening times out.</param>
    /// <param name="legs">Its legs without fault.</param>
    /// <param name="now">UTC.</param>
    public static RepoTerms? Check(
        MemberRules rules, string? category, string? maturityAt, string? repaymentAmount, string? rate, DateTimeOffset timeout, IReadOnlyList<InstructedLeg> legs, DateTimeOffset now)
    {
        if (category == Close)
            rules.Bad("settlement_category", "category_reserved", "The system makes the closing of a repo itself, at the opening's maturity_at.");
        DateTimeOffset? maturity = rules.Instant("maturity_at", maturityAt);
        string? repayment = rules.Text("repayment_amount", repaymentAmount, min: 0), informed = rules.Text("repo_rate", rate, min: 0);
        if (category != Open)
        {
            foreach ((string name, string? sent) in new[] { ("maturity_at", maturityAt), ("repayment_amount", repaymentAmount), ("repo_rate", rate) })
                if (sent is not null && !rules.IsBad(name)) rules.Bad(name, "only_for_repo_open", $"This member is for settlements of the category {Open}.");
            return null;
        }
        rules.Missing("maturity_at", maturityAt is null);
        rules.Missing("repayment_amount", repaymentAmount is null);
        if (informed is not null && !Quantity.IsWellFormed(informed))
            rules.Bad("repo_rate", "invalid_rate", "Use a decimal number above zero as a string, such as \"4.25\".");
        if (maturity is { } at)
        {
            maturity = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
            if (maturity <= timeout) rules.Bad("maturity_at", "maturity_too_early", "maturity_at must lie after timeout_at.");
            else if (maturity > now + Longest) rules.Bad("maturity_at", "maturity_too_late", "maturity_at must be at most ten years in the future.");
        }
        InstructedLeg[] payments = [.. legs.Where(leg => leg.Type == "payment")];
        if (payments.Length != 1)
        {
            if (!rules.IsBad("legs") && !rules.Faults.All.Any(fault => fault.Pointer.StartsWith(rules.At("legs"), StringComparison.Ordinal)))
                rules.Bad("legs", "one_payment_leg", "The opening of a repo has exactly one payment leg, whose token is paid back.");
            return null;
        }
        UInt256? units = null;
        if (repayment is not null && !Quantity.IsWellFormed(repayment))
            rules.Bad("repayment_amount", "invalid_quantity", "Use a decimal number above zero as a string, such as \"100\" or \"0.5\".");
        else if (repayment is not null && (units = Quantity.ToUnits(repayment, payments[0].Instrument.Decimals, payments[0].Instrument.Name, out string code, out string message)) is null)
            rules.Bad("repayment_amount", code, message);
        return maturity is { } agreed && units is { } amount && !rules.Faults.Any ? new RepoTerms(agreed, repayment!, amount, informed) : null;
    }
}
