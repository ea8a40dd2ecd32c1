using System.Text;
using Keystone.Cli;
using Keystone.Cli.Operator;
using Keystone.Ethereum;
using Keystone.Settlements.Instruments;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary><c>keystone platform instrument</c> reads tokens as the chain has them, and refuses what it cannot read.</summary>
public sealed class InstrumentTests(TestChain chain) : IClassFixture<TestChain>
{
    static readonly byte[] Decimals = [0x31, 0x3c, 0xe5, 0x67], Symbol = [0x95, 0xd8, 0x9b, 0x41];

    [Fact]
    public async Task A_token_of_the_standard_is_read()
    {
        Address token = await chain.DeployTokenAsync("Keystone Bond", "KBOND", 6);
        NewInstrument instrument = await ReadAsync(token);
        Assert.Equal(("KBOND", (short)6, "ERC-20"), (instrument.Symbol, (short)instrument.Decimals, instrument.Standard));
    }

    [Fact]
    public async Task A_symbol_of_32_bytes_is_read_as_text() =>
        Assert.Equal("MKR", (await ReadAsync(await TokenAsync((Decimals, Number(18)), (Symbol, Text("MKR"))))).Symbol);

    [Fact]
    public async Task A_token_without_a_symbol_needs_the_option()
    {
        Address token = await TokenAsync((Decimals, Number(18)));
        Assert.Contains("--symbol", (await Assert.ThrowsAsync<CommandFault>(() => ReadAsync(token))).Message, StringComparison.Ordinal);
        NewInstrument instrument = await ReadAsync(token, "OLD");
        Assert.Equal(("OLD", (short)18), (instrument.Symbol, (short)instrument.Decimals));
    }

    [Fact]
    public async Task A_symbol_that_is_no_text_is_refused()
    {
        byte[] hole = Text("MK");
        hole[4] = (byte)'R';
        foreach (byte[] symbol in (byte[][])[hole, [0xff, 0xfe, .. new byte[30]], new byte[32]])
            await Assert.ThrowsAsync<CommandFault>(async () => await ReadAsync(await TokenAsync((Decimals, Number(18)), (Symbol, symbol))));
    }

    [Fact]
    public async Task Decimals_beyond_a_byte_or_without_an_answer_are_refused_and_not_taken_for_another_number()
    {
        await Assert.ThrowsAsync<CommandFault>(async () => await ReadAsync(await TokenAsync((Decimals, Number(256 + 6)), (Symbol, Text("BAD"))), "BAD"));
        await Assert.ThrowsAsync<CommandFault>(async () => await ReadAsync(await TokenAsync((Symbol, Text("BAD"))), "BAD"));
        // Answers every call with nothing.
        Address silent = Next();
        await chain.AskAsync("anvil_setCode", silent.ToString(), "0x00");
        await Assert.ThrowsAsync<CommandFault>(() => ReadAsync(silent, "BAD"));
        Assert.Contains("no contract", (await Assert.ThrowsAsync<CommandFault>(() => ReadAsync(Next()))).Message, StringComparison.Ordinal);
    }

    Task<NewInstrument> ReadAsync(Address token, string? symbol = null) => PlatformCommand.ReadTokenAsync(chain.Node, token, symbol, CancellationToken.None);

    /// <summary>A contract that answers these selectors with these words, and reverts on every other call.</summary>
    async Task<Address> TokenAsync(params (byte[] Selector, byte[] Word)[] answers)
    {
        // PUSH0 CALLDATALOAD PUSH1 e0 SHR
        List<byte> code = [0x5f, 0x35, 0x60, 0xe0, 0x1c];
        int target = code.Count + answers.Length * 10 + 3;
        foreach ((byte[] selector, _) in answers)
        {
            // DUP1 PUSH4 selector EQ PUSH1 target JUMPI
            code.AddRange([0x80, 0x63, .. selector, 0x14, 0x60, (byte)target, 0x57]);
            target += 1 + 33 + 2 + 2 + 2;
        }
        // PUSH0 PUSH0 REVERT
        code.AddRange([0x5f, 0x5f, 0xfd]);
        // JUMPDEST PUSH32 word PUSH0 MSTORE PUSH1 20 PUSH0 RETURN
        foreach ((_, byte[] word) in answers) code.AddRange([0x5b, 0x7f, .. word, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3]);
        Address token = Next();
        await chain.AskAsync("anvil_setCode", token.ToString(), Hex.Encode(code.ToArray()));
        return token;
    }

    static Address Next() => new(Guid.NewGuid().ToByteArray().Concat(new byte[4]).ToArray());

    static byte[] Number(ulong value) => ((UInt256)value).ToBytes();

    static byte[] Text(string text)
    {
        byte[] word = new byte[32];
        Encoding.ASCII.GetBytes(text, word);
        return word;
    }
}
