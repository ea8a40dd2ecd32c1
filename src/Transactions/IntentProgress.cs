using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>An intent as its owner shows it, with the transaction that carries it.</summary>
/// <param name="Name">Business key.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">Times it was put back.</param>
/// <param name="LastReason">Why it was put back the last time; null when it never was.</param>
/// <param name="DueAt">Not before, UTC.</param>
/// <param name="CreatedAt">When it was first wanted, UTC.</param>
/// <param name="Transaction">Hash of the mined transaction, else of the last one that was signed for it; null before the first signature.</param>
public sealed record IntentProgress(
    IntentName Name, IntentState State, int Attempts, string? LastReason, DateTimeOffset DueAt, DateTimeOffset CreatedAt, Hash32? Transaction);

/// <summary>What a mined transaction cost one of the intents that it carried.</summary>
/// <param name="Name">Business key of the intent.</param>
/// <param name="Transaction">Hash of the transaction.</param>
/// <param name="Block">Height of its block.</param>
/// <param name="Succeeded">False when it was mined and reverted.</param>
/// <param name="Gas">Gas, this intent's part of a shared transaction.</param>
/// <param name="Wei">Wei, this intent's part of a shared transaction, rounded up.</param>
/// <param name="SharedBy">Intents that the transaction carried.</param>
public sealed record IntentCost(IntentName Name, Hash32 Transaction, long Block, bool Succeeded, long Gas, UInt256 Wei, int SharedBy);

/// <summary>What the mined transactions of a subject cost in all.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Gas">Gas, its part of shared transactions.</param>
/// <param name="Wei">Wei, its part of shared transactions, each rounded up.</param>
/// <param name="Transactions">How many transactions, reverted ones included.</param>
public sealed record SubjectCost(Hash32 Subject, long Gas, UInt256 Wei, int Transactions);
