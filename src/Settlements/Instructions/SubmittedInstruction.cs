namespace Keystone.Settlements.Instructions;

/// <summary>An instruction that was submitted.</summary>
/// <param name="Instruction">As it is now.</param>
/// <param name="Replayed">The same request made it before.</param>
public sealed record SubmittedInstruction(InstructionView Instruction, bool Replayed);
