namespace Keystone.Mirror;

/// <summary>Statements on all settlements of a mirror, for what replaces them: the feed names each of them.</summary>
internal static class WholeMirror
{
    public const string RetractAllSql = """
        insert into chain.step (chain_id, revision, retracted, applied)
        select @chain, @revision, array(select escrow_id from chain.escrow where chain_id = @chain order by escrow_id), '{}'
        """;

    public const string ApplyAllSql = """
        update chain.step set applied = array(select escrow_id from chain.escrow where chain_id = @chain order by escrow_id)
        where chain_id = @chain and revision = @revision
        """;

    public const string DropFoldsSql = """
        delete from chain.stray_transfer where chain_id = @chain;
        delete from chain.escrow where chain_id = @chain
        """;

    public const string DropLogsSql = """
        delete from chain.log where chain_id = @chain;
        delete from chain.block where chain_id = @chain
        """;
}
