using Nethereum.BlockchainProcessing.Orchestrator;
using Nethereum.BlockchainProcessing.ProgressRepositories;
using Nethereum.RPC.Eth.Blocks;

namespace Keystone.Indexer.Processing;

/// <summary>What Nethereum's processor is made of.</summary>
/// <param name="Head">Says up to which height there is work.</param>
/// <param name="Step">Does it.</param>
/// <param name="Progress">Says where it begins, and hears where it ended.</param>
internal sealed record ProcessorParts(ILastConfirmedBlockNumberService Head, IBlockchainProcessingOrchestrator Step, IBlockProgressRepository Progress);
