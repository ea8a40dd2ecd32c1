using Nethereum.BlockchainProcessing.Orchestrator;
using Nethereum.BlockchainProcessing.ProgressRepositories;
using Nethereum.RPC.Eth.Blocks;

namespace Keystone.Indexer.Processing;

/// <summary>What Nethereum's processor is made of.</summary>
/// <param name="Head">Gives the height up to which there is work.</param>
/// <param name="Step">Does it.</param>
/// <param name="Progress">Gives the height at which work starts, and receives the height at which it ended.</param>
internal sealed record ProcessorParts(ILastConfirmedBlockNumberService Head, IBlockchainProcessingOrchestrator Step, IBlockProgressRepository Progress);
