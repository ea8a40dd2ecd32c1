using System.Text.RegularExpressions;

namespace Keystone.Api.Tests;

/// <summary>The guides as the API serves them.</summary>
[Collection(ApiCollection.Name)]
public sealed class GuideTests(ApiFixture api)
{
    [Fact]
    public async Task Every_link_of_every_page_leads_to_a_page_of_this_host_and_no_page_has_a_script_or_a_style_of_its_own()
    {
        Queue<string> open = new(["/docs"]);
        HashSet<string> seen = ["/docs"];
        while (open.TryDequeue(out string? path))
        {
            using HttpResponseMessage page = await api.Client.GetAsync(new Uri(api.Url + path));
            Assert.True(page.IsSuccessStatusCode, $"{path}: {page.StatusCode}");
            if (page.Content.Headers.ContentType?.MediaType != "text/html" || path.StartsWith("/docs/api", StringComparison.Ordinal)) continue;
            Assert.Contains("default-src 'none'; style-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            string html = await page.Content.ReadAsStringAsync();
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
            foreach (string target in Regex.Matches(html, "(?:href|src)=\"([^\"#]*)").Select(link => link.Groups[1].Value).Where(target => target.StartsWith('/')))
                if (seen.Add(target)) open.Enqueue(target);
        }
        Assert.Contains("/docs/single-platform", seen);
        Assert.Contains("/docs/errors", seen);
        Assert.Contains("/docs/glossary", seen);
    }

    [Fact]
    public async Task The_search_finds_a_section_by_its_words_and_shows_what_was_asked_as_text()
    {
        string found = await api.Client.GetStringAsync(new Uri(api.Url + "/docs?q=idempotency_key%20zebra"));
        Assert.Contains("Nothing has", found, StringComparison.Ordinal);
        found = await api.Client.GetStringAsync(new Uri(api.Url + "/docs?q=X-Keystone-Signature%20HMAC"));
        Assert.Contains("href=\"/docs/first-integration#2-a-receiver\"", found, StringComparison.Ordinal);
        found = await api.Client.GetStringAsync(new Uri(api.Url + "/docs?q=%3Cb%3E%22"));
        Assert.Contains("&lt;b&gt;&quot;", found, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", found, StringComparison.Ordinal);
        using HttpResponseMessage absent = await api.Client.GetAsync(new Uri(api.Url + "/docs/absent"));
        Assert.Equal(404, (int)absent.StatusCode);
    }
}
