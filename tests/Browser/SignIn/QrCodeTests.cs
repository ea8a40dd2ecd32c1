using Keystone.Identity.Members;
using Microsoft.Playwright;
using ZXing;
using ZXing.Common;

namespace Keystone.Browser.SignIn;

/// <summary>The key of one-time codes as a QR code: what another program reads from a picture of the page is the link that stands beside it.</summary>
[Collection(SignInCollection.Name)]
public sealed class QrCodeTests(SignInFixture system)
{
    // Pixels of a picture, by the browser's own decoder: width, height, and the brightness of each pixel in base 64.
    const string Brightness = """
        async source => {
          const image = new Image();
          image.src = source;
          await image.decode();
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight), context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
          let pixels = '';
          for (let i = 0; i < data.length; i += 4) pixels += String.fromCharCode((data[i] + data[i + 1] + data[i + 2]) / 3);
          return [String(canvas.width), String(canvas.height), btoa(pixels)];
        }
        """;

    [BrowserTheory]
    [InlineData("light", 1)]
    [InlineData("dark", 1)]
    [InlineData("phone", 2)]
    public async Task A_camera_reads_the_link_to_the_key_from_the_page(string look, float scale)
    {
        (Guid platform, _) = await system.PlatformAsync();
        InvitedMember invited = await system.InviteAsync(platform, SignInFixture.Email(), "read_only");
        await using IBrowserContext context = await system.Chromium.NewPatientContextAsync(new()
        {
            BaseURL = system.Url,
            ColorScheme = look == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            DeviceScaleFactor = scale,
            ViewportSize = look == "phone" ? new() { Width = 390, Height = 844 } : new() { Width = 1440, Height = 900 },
        });
        await using WatchedPage page = await WatchedPage.CreateAsync(context, system.Url);
        await page.Page.GotoAsync("/invite/" + invited.InvitationToken);
        await page.Page.ClickAsync("summary");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Img, new() { Name = "QR code of the key" })).ToBeVisibleAsync();
        byte[] picture = await page.Page.ScreenshotAsync(new() { Path = Path.Combine(DashboardFixture.Screens, $"invite-code-{look}.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
        string read = await ReadAsync(context, picture);
        Assert.Equal(await page.Page.GetAttributeAsync("[data-key-uri]", "href"), read);
        Assert.StartsWith("otpauth://totp/Keystone:", read, StringComparison.Ordinal);
        Assert.Contains($"secret={await page.Page.GetAttributeAsync("[data-key]", "data-key")}&", read, StringComparison.Ordinal);
        await page.AssertGoodAsync("invitation with a code");
        if (look == "phone") await page.AssertNarrowAsync("invitation with a code");
    }

    // Another library than the one that drew it, and the whole page, as a camera sees it.
    static async Task<string> ReadAsync(IBrowserContext context, byte[] picture)
    {
        IPage empty = await context.NewPageAsync();
        string[] pixels = await empty.EvaluateAsync<string[]>(Brightness, "data:image/png;base64," + Convert.ToBase64String(picture));
        await empty.CloseAsync();
        int width = int.Parse(pixels[0], System.Globalization.CultureInfo.InvariantCulture), height = int.Parse(pixels[1], System.Globalization.CultureInfo.InvariantCulture);
        BarcodeReaderGeneric reader = new() { Options = new DecodingOptions { TryHarder = true, PossibleFormats = [BarcodeFormat.QR_CODE] } };
        Result? result = reader.Decode(new RGBLuminanceSource(Convert.FromBase64String(pixels[2]), width, height, RGBLuminanceSource.BitmapFormat.Gray8));
        return result?.Text ?? throw new InvalidOperationException("There is no QR code in the picture of the page.");
    }
}
