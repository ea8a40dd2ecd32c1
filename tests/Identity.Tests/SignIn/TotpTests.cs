using Keystone.Identity.SignIn;

namespace Keystone.Identity.Tests.SignIn;

/// <summary>Codes of RFC 6238, appendix B (the last six of its eight digits), and the window around them.</summary>
public sealed class TotpTests
{
    // "12345678901234567890" in base 32.
    const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, TotpCode.Compute(Key, TotpCode.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void One_step_before_and_after_is_taken(int away, bool taken)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_111);
        long step = TotpCode.StepOf(now) + away;
        Assert.Equal(taken ? step : null, TotpCode.Match(Key, TotpCode.Compute(Key, step), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("zzzzzz")]
    [InlineData("２８７０８２")]
    public void What_is_no_code_matches_nothing(string text) => Assert.Null(TotpCode.Match(Key, text, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Fact]
    public void New_keys_differ_and_have_160_bits()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(_ => TotpCode.NewKey())];
        Assert.Equal(50, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[A-Z2-7]{32}$", key));
        Assert.Throws<FormatException>(() => TotpCode.Compute("not-base-32", 1));
    }
}
