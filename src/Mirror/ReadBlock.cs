using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>A block with everything in it that concerns the escrow.</summary>
/// <param name="Header">Header.</param>
/// <param name="Logs">The escrow's logs, and Transfer logs of any token to the escrow, by log index.</param>
/// <param name="Proof">What the logs were compared with: <c>linked</c>, <c>bloom</c> or <c>receipts</c>.</param>
public sealed record ReadBlock(BlockHeader Header, ImmutableArray<LogEntry> Logs, string Proof);
