using System.Globalization;
using System.Text;
using Keystone.Api.Http;
using Keystone.Dev.Servers;

namespace Keystone.Api.Tests;

/// <summary>docs/guides/errors.md says what the error table says.</summary>
public sealed class ErrorGuideTests
{
    [Fact]
    public void The_committed_page_is_what_the_error_table_gives()
    {
        string page = Path.Combine(NativeTool.RepositoryRoot, "docs", "guides", "errors.md");
        string made = Markdown();
        if (File.Exists(page) && File.ReadAllText(page) == made) return;
        string written = Path.Combine(Directory.CreateDirectory(Path.Combine(NativeTool.RepositoryRoot, "artifacts")).FullName, "errors.md");
        File.WriteAllText(written, made);
        Assert.Fail("docs/guides/errors.md is behind the error table: `cp artifacts/errors.md docs/guides/errors.md` and commit.");
    }

    static string Markdown()
    {
        StringBuilder page = new("""
            # Errors

            An error is a problem document (RFC 9457): `type` leads to its page on the API's own host, `code` is its word for programs, `detail` says what is wrong in this case, and `errors`
            names each faulty field by a JSON pointer. A faulty request changes nothing. `Retry-After` stands where the same request may succeed later.

            | status | code | what it means and what helps | the same again |
            |---|---|---|---|

            """);
        foreach ((string code, ErrorTable.Entry entry) in ErrorTable.Entries.OrderBy(entry => entry.Value.Status).ThenBy(entry => entry.Key, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| {entry.Status} | `{code}` | {entry.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} | {(entry.Retryable ? "later" : "")} |\n");
        return page.ToString();
    }
}
