using System.Numerics;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Ethereum.Transactions;

namespace Keystone.Testing.Scripted;

/// <summary>What a signed EIP-1559 transaction says, read by Nethereum, which shares no code with the writer in <see cref="TransactionCodec"/>.</summary>
/// <param name="Transaction">The fields that were signed.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Sender">The account whose key made it.</param>
/// <param name="Hash">Hash of the transaction.</param>
public sealed record DecodedTransaction(Eip1559Transaction Transaction, RecoverableSignature Signature, Address Sender, Hash32 Hash)
{
    /// <summary>Reads signed bytes and recovers their sender.</summary>
    /// <exception cref="FormatException">They are no EIP-1559 transaction, they are not its canonical encoding, or their signature is none.</exception>
    public static DecodedTransaction Read(byte[] raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        Nethereum.Model.Transaction1559 read;
        try
        {
            read = Nethereum.Model.TransactionFactory.CreateTransaction(raw) as Nethereum.Model.Transaction1559 ?? throw new FormatException("This is no EIP-1559 transaction.");
        }
        catch (Exception fault) when (fault is not FormatException)
        {
            throw new FormatException($"This is no transaction: {fault.Message}", fault);
        }
        Eip1559Transaction transaction = new((ulong)read.ChainId, (ulong)Whole(read.Nonce), Number(read.MaxPriorityFeePerGas), Number(read.MaxFeePerGas),
            (ulong)Whole(read.GasLimit), string.IsNullOrEmpty(read.ReceiverAddress) ? null : Account(read.ReceiverAddress), Number(read.Amount),
            string.IsNullOrEmpty(read.Data) ? default : Hex.Decode(read.Data))
        {
            AccessList = [.. (read.AccessList ?? []).Select(entry => new AccessListEntry(
                Account(entry.Address), [.. (entry.StorageKeys ?? []).Select(key => new Hash32(key))]))],
        };
        RecoverableSignature signature = new(Word(read.Signature.R), Word(read.Signature.S), (byte)(read.Signature.V is [1] ? 1 : 0));
        SignedTransaction again = TransactionCodec.Assemble(transaction, signature);
        // Nethereum also reads encodings that are not canonical.
        if (!again.Raw.Span.SequenceEqual(raw)) throw new FormatException("The bytes are not the canonical encoding of what they say.");
        Address sender = Secp256k1.Recover(TransactionCodec.SigningHash(transaction), signature) ?? throw new FormatException("The signature is none.");
        return new DecodedTransaction(transaction, signature, sender, again.Hash);
    }

    // Without 0x in an access list.
    static Address Account(string text) => Address.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text : $"0x{text}");

    static BigInteger Whole(BigInteger? value) => value ?? BigInteger.Zero;

    static UInt256 Number(BigInteger? value) => UInt256.FromBigInteger(Whole(value));

    static Hash32 Word(byte[] bytes) => bytes.Length <= 32 ? new Hash32([.. new byte[32 - bytes.Length], .. bytes]) : throw new FormatException("The signature is too long.");
}
