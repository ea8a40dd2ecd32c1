using Keystone.Ethereum;

namespace Keystone.Dev.Demo;

/// <summary>What someone has on the chain, in smallest units.</summary>
internal sealed record Balance(string Name, UInt256 Bonds, UInt256 Cash);
