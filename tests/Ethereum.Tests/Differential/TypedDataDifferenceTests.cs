using System.Text;
using Keystone.Ethereum.Eip712;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Tests.Differential;

public sealed class TypedDataDifferenceTests(ITestOutputHelper output)
{
    [Fact]
    public Task Random_documents_have_the_digest_of_viem_and_ethers() => Peers.CompareAsync("typed-data", 2_000, output, vector =>
    {
        TypedDataDocument document = TypedDataDocument.Parse(Encoding.UTF8.GetBytes(vector.GetProperty("document").GetRawText()));
        Assert.Equal(vector.Text("encodeType"), document.EncodeType(document.PrimaryType));
        Assert.Equal(vector.Text("domain"), document.DomainSeparator.ToString());
        Assert.Equal(vector.Text("struct"), document.StructHash.ToString());
        Assert.Equal(vector.Text("digest"), document.Digest.ToString());
    });
}
