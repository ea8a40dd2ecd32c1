using System.Globalization;
using Keystone.Domain.Names;

namespace Keystone.Domain.Tests.Names;

public sealed class NameKeyTests
{
    [Theory]
    [InlineData("Kästner Handel GmbH", "Ka\u0308stner Handel GmbH")]
    [InlineData("Kästner", "KÄSTNER")]
    [InlineData("Kästner", "Käst\u200Bner")]
    [InlineData("Kästner", "Käst\u00ADner")]
    [InlineData("Kästner", "\uFEFFKästner")]
    [InlineData("Kästner", "\u202EKästner\u202C")]
    [InlineData("Kästner", "Käst\u2060\uFE0Fner\u3164")]
    [InlineData("Kästner", "Käst\u034Fner\U000E0041")]
    [InlineData("Acme Trading", "Ａｃｍｅ　Ｔｒａｄｉｎｇ")]
    [InlineData("Acme Trading", "  Acme \u00A0\u2003 Trading\u2800")]
    [InlineData("Acme Trading", "Acme\tTrading")]
    [InlineData("Große Straße AG", "GROSSE STRASSE AG")]
    [InlineData("Große", "GROẞE")]
    [InlineData("ﬁnance", "FINANCE")]
    [InlineData("Σίσυφος", "ΣΊΣΥΦΟΣ")]
    [InlineData("№1", "No1")]
    public void Spellings_of_one_name_have_one_key(string one, string other) => Assert.Equal(NameKey.Of(one), NameKey.Of(other));

    [Theory]
    [InlineData("Kästner", "Kastner")]
    [InlineData("Kästner Handel GmbH", "Kaestner Handel GmbH und Co")]
    [InlineData("Acme One", "Acmeone")]
    [InlineData("C# Trading", "C Trading")]
    public void Different_names_have_different_keys(string one, string other) => Assert.NotEqual(NameKey.Of(one), NameKey.Of(other));

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("lt-LT")]
    [InlineData("")]
    public void No_culture_changes_a_key(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal("limit iii", NameKey.Of("LIMIT III").Value);
            Assert.True(NameSkeleton.AreConfusable("LIMIT", "limit"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(" USDC", "USDC")]
    [InlineData("US\u200BDC\u202E", "USDC")]
    [InlineData("US\nDC", "US DC")]
    [InlineData("\u200B\u2060", null)]
    public void A_foreign_word_is_shown_without_what_nobody_sees(string word, string? shown) => Assert.Equal(shown, NameKey.Clean(word));

    // Not as data of a theory: a lone surrogate does not survive the runner's own UTF-8.
    [Fact]
    public void Half_a_surrogate_pair_is_shown_as_the_replacement_character() => Assert.Equal("\uFFFDUSDC", NameKey.Clean("\uD800USDC"));

    [Fact]
    public void A_foreign_word_is_cut_between_characters() => Assert.Equal(new string('x', 63), NameKey.Clean(new string('x', 63) + "😀"));

    [Theory]
    [InlineData("USDC", "usdc")]
    [InlineData("USDC", "USD\u0421")]      // Cyrillic Es
    [InlineData("USDC", "usd\u0441")]      // Cyrillic es
    [InlineData("USDC", "USDC\u200B")]
    [InlineData("USDC", " USDC")]
    [InlineData("USDC", "US DC")]
    [InlineData("USDC", "\u202EUSDC")]
    [InlineData("USDC", "ＵＳＤＣ")]
    [InlineData("USDC", "USDC\u0301")]
    [InlineData("USDC", "𝐔𝐒𝐃𝐂")]
    [InlineData("DAI", "DAl")]              // small L
    [InlineData("USDI", "USDl")]
    [InlineData("EURO", "EUR0")]
    [InlineData("TETHER", "\u03A4ETHER")]  // Greek Tau
    [InlineData("bond", "\u1472ond")]      // Canadian syllabics ka, in the table since Unicode 13
    [InlineData("KB1", "KB\U0001FBF1")]    // segmented digit one
    [InlineData("DAI", "D\u0410I")]        // Cyrillic A
    public void Words_that_look_alike_are_confusable(string one, string other) => Assert.True(NameSkeleton.AreConfusable(one, other));

    [Theory]
    [InlineData("USDC", "USDT")]
    [InlineData("USDC", "EURC")]
    [InlineData("USDV", "USDN")]
    [InlineData("KBOND", "KBOND2")]
    public void Other_words_are_not(string one, string other) => Assert.False(NameSkeleton.AreConfusable(one, other));
}
