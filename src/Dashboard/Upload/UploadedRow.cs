using Keystone.Settlements.Create;

namespace Keystone.Dashboard.Upload;

/// <summary>A row of an uploaded file, and what would come of it or came of it.</summary>
/// <param name="Number">Place below the names of the columns, from 1.</param>
/// <param name="Fields">Fields by their columns.</param>
/// <param name="Request">What it asks for; its key is made of the file's hash and the number.</param>
internal sealed record UploadedRow(int Number, IReadOnlyDictionary<string, string> Fields, CreateSettlementRequest Request)
{
    /// <summary>All faults at once, each with its column; empty when there are none.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The same row of the same file made a settlement before.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>The settlement; null before it was made.</summary>
    public Guid? Settlement { get; init; }
}
