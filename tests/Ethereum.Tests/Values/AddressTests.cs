namespace Keystone.Ethereum.Tests.Values;

public sealed class AddressTests
{
    // The examples of EIP-55.
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Checksum_of_the_standard(string text)
    {
        Assert.Equal(text, Address.Parse(text).ToString(), ignoreCase: true);
        Assert.True(Address.TryParse(text, out Address address));
        Assert.Equal(address, Address.Parse(text.ToLowerInvariant()));
        Assert.Equal(address, Address.Parse(Address.Parse(text).ToString()));
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", AddressFault.Checksum)]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", AddressFault.Form)]
    [InlineData("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", AddressFault.Form)]
    [InlineData("0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", AddressFault.Form)]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", AddressFault.Form)]
    [InlineData("", AddressFault.Form)]
    [InlineData(null, AddressFault.Form)]
    public void Refused_with_its_reason(string? text, AddressFault expected)
    {
        Assert.False(Address.TryParse(text, out _, out AddressFault fault));
        Assert.Equal(expected, fault);
    }
}
