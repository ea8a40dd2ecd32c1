using Keystone.Identity;
using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Store;
using Npgsql;

namespace Keystone.Settlements.Instructions;

/// <summary>What environments are notified of about instructions, in the transaction of what happened.</summary>
internal static class InstructionMessages
{
    /// <summary>Tells the owner of an instruction what became of it.</summary>
    public static Task NotifyAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string type, InstructionRecord recipient, string status, Guid? settlement, IReadOnlyList<MismatchedField> fields,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        NotifyAsync(connection, transaction, type, recipient.EnvironmentId, recipient.Id, recipient.TradeReference, recipient.Role, status, settlement, fields, now, cancellationToken);

    /// <summary>Tells an environment what became of its instruction.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="type">Name of the event.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="instruction">Its instruction.</param>
    /// <param name="reference">The trade reference.</param>
    /// <param name="role">The instruction's role.</param>
    /// <param name="status">Its status from now on.</param>
    /// <param name="settlement">Settlement that it became; null for none.</param>
    /// <param name="fields">What keeps it from being matched.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task NotifyAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string type, Guid environment, Guid instruction, string reference, string role, string status, Guid? settlement,
        IReadOnlyList<MismatchedField> fields, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await EnvironmentReader.ReadAsync(connection, [environment], cancellationToken) is not [var owner]) return;
        Read.IsoView iso = type.StartsWith("instruction.counterparty_", StringComparison.Ordinal) ? new("NMAT", type.EndsWith("cancelled", StringComparison.Ordinal) ? "CPCA" : "CLAT")
            : InstructionViewer.Iso(status, fields.Count == 0 ? [] : [new InstructionMismatchView(now, InstructionViewer.Fields(fields))]);
        Guid id = Guid.CreateVersion7(now);
        string payload = MessageComposer.Instruction(id, type, now, owner.ApiVersion, new InstructionNews(
            instruction, reference, role, status, settlement, iso.Status, iso.Reason,
            [.. fields.Select(field => new InstructionMismatch(field.Field, field.IsoReason, field.OwnValue, MismatchFields.Detail(field)))]));
        await MessageStore.InsertAsync(connection, transaction, owner.Id, id, type, payload, now, cancellationToken);
    }
}
