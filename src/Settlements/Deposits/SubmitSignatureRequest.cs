using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Keystone.Settlements.Deposits;

/// <summary>A depositor's signature of one of the documents of its deposit instructions.</summary>
public sealed record SubmitSignatureRequest
{
    [Description("Role of the party whose wallet signed."), Required, StringLength(63, MinimumLength = 1)]
    public string? Role { get; init; }

    [Description("settle, permit2, authorization or permit."), Required, StringLength(32, MinimumLength = 1)]
    public string? Kind { get; init; }

    [Description("The leg; not for settle, which is about all of them."), StringLength(255, MinimumLength = 1)]
    public string? LegId { get; init; }

    [Description("0x and hexadecimal digits: 65 or 64 bytes of a key, or what a contract wallet takes (ERC-1271), at most 4,096 bytes. Never shown again."), Required, StringLength(8194, MinimumLength = 4)]
    public string? Signature { get; init; }

    [Description("The deadline of the document that was signed, validBefore of an authorization. For settle: until when the keeper may use the signature. Default: that of the document in the deposit instructions."), StringLength(64, MinimumLength = 1)]
    public string? Deadline { get; init; }
}
