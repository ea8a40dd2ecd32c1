using System.Text.Json.Nodes;
using Keystone.Settlements.Audit;

namespace Keystone.Api.Tests;

/// <summary>Samples of RFC 8785: numbers of appendix B, the texts of 3.2.2 and 3.2.3.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_of_appendix_B(string bits, string text)
    {
        double number = BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16));
        Assert.Equal(text, CanonicalJson.Of(JsonValue.Create(number)));
        Assert.Equal(text, CanonicalJson.Of(JsonNode.Parse(number.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void The_sample_of_3_2_2()
    {
        const string Input = """
            {"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
             "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}
            """;
        Assert.Equal("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            CanonicalJson.Of(JsonNode.Parse(Input)));
    }

    [Fact]
    public void Members_are_in_the_order_of_3_2_3()
    {
        JsonObject sorted = (JsonObject)JsonNode.Parse(CanonicalJson.Of(JsonNode.Parse("""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face",
             "\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """)))!;
        Assert.Equal(["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
            sorted.Select(member => (string)member.Value!));
    }

    [Theory]
    [InlineData("\U0001F3E6")]
    [InlineData("a\u2028b\u2029c")]
    [InlineData("a\u00A0b")]
    [InlineData("\uFEFFa")]
    [InlineData("<>&'+\u007F")]
    public void Text_is_escaped_no_further_than_JSON_demands(string text) => Assert.Equal($"\"{text}\"", CanonicalJson.Of(JsonValue.Create(text)));

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        foreach (string text in (string[])["\uD800", "a\uDC00", "\uDC00\uD800", "\uD83D"])
        {
            Assert.Throws<ArgumentException>(() => CanonicalJson.Of(JsonValue.Create(text)));
            Assert.Throws<ArgumentException>(() => CanonicalJson.Of(new JsonObject { [text] = 1 }));
        }
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("1e999")]
    public void Numbers_without_a_double_are_refused(string json) => Assert.Throws<ArgumentException>(() => CanonicalJson.Of(JsonNode.Parse(json)));
}
