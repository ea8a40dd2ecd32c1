using Keystone.Ethereum.Tests.Differential;

namespace Keystone.Ethereum.Tests;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Known_answers(string text, string hash) =>
        Assert.Equal(hash, Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(text)).ToString());

    [Fact]
    public void Agrees_with_another_implementation_at_every_length_around_the_block()
    {
        Random random = new(1);
        for (int length = 0; length < 600; length++)
        {
            byte[] input = new byte[length];
            random.NextBytes(input);
            Assert.Equal(NethereumPeer.Keccak(input), Keccak256.Hash(input));
        }
    }

    [Fact]
    public void Of_many_inputs_each_has_its_own_hash_whatever_their_number_and_their_lengths()
    {
        Random random = new(2);
        for (int round = 0; round < 500; round++)
        {
            ReadOnlyMemory<byte>[] inputs = new ReadOnlyMemory<byte>[random.Next(30)];
            for (int i = 0; i < inputs.Length; i++)
            {
                byte[] input = new byte[random.Next(4) == 0 ? random.Next(3) * 136 : random.Next(600)];
                random.NextBytes(input);
                inputs[i] = input;
            }
            Hash32[] hashes = new Hash32[inputs.Length];
            Keccak256.HashAll(inputs, hashes);
            Assert.Equal([.. inputs.Select(input => Keccak256.Hash(input.Span))], hashes);
        }
        Assert.Throws<ArgumentException>(() => Keccak256.HashAll([new byte[1]], []));
    }
}
