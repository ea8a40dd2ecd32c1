using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>The stores of one sender on one chain.</summary>
internal sealed class SenderStores(NpgsqlDataSource database, IChainMirror mirror, TimeProvider time, long chainId, Address sender, bool takesService = true, bool isDedicated = false)
{
    readonly SenderDatabase _rows = new(database, chainId, sender);

    /// <summary>The lease by which one process at a time sends for the sender.</summary>
    public LeaseStore Lease => new(_rows, takesService, isDedicated);

    /// <summary>Position and blocks of the mirror.</summary>
    public MirroredChain Chain => new(mirror, chainId);

    /// <summary>Reads the pending set.</summary>
    public PendingSetStore Pending => new(_rows);

    /// <summary>States of intents.</summary>
    public IntentStateStore Intents => new(_rows, time);

    /// <summary>Nonces and the calls that they are assigned to.</summary>
    public NonceStore Nonces => new(_rows, time);

    /// <summary>Signed bytes, and the responses of nodes to them.</summary>
    public AttemptStore Attempts => new(_rows, time);
}
