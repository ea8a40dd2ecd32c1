using System.Security.Cryptography;
using System.Text;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Tests.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Keystone.Compliance.Tests.Lists;

/// <summary>Files that are fetched from a real HTTP server: what does not hold leaves the file before in its place.</summary>
public sealed class ListDownloadsTests : IAsyncLifetime
{
    const string Good = "id,name\n1,Borimir TESTOVSKY\n", Before = "id,name\n1,Before\n";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keystone-lists");
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));
    readonly Dictionary<string, Func<HttpContext, Task>> _files = [];
    readonly ScreeningOptions _options = new();
    ProviderServer _server = null!;
    ListOptions _list = null!;
    int _asked;

    public async Task InitializeAsync()
    {
        _server = await ProviderServer.StartAsync();
        _server.Script = async (context, _) =>
        {
            _asked++;
            if (_files.TryGetValue(Path.GetFileName(context.Request.Path.Value!), out Func<HttpContext, Task>? file)) await file(context);
            else context.Response.StatusCode = 404;
        };
        _list = new ListOptions { Name = "own", Format = ListFormat.Csv, File = Path.Combine(_folder.FullName, "own.csv"), Url = _server.Url + "/file/list", MaxBytes = 4_096 };
        _options.Lists.Add(_list);
        await File.WriteAllTextAsync(_list.File, Before);
        File.SetLastWriteTimeUtc(_list.File, _time.GetUtcNow().UtcDateTime.AddDays(-1));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_with_its_checksum_and_signature_takes_the_place_of_the_one_before_and_is_as_old_as_the_question()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Serve("list", Good);
        Serve("sum", Hash(Good) + "  sdn.xml\n");
        Serve("signature", Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(Good), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        _list.ChecksumUrl = _server.Url + "/file/sum";
        _list.SignatureUrl = _server.Url + "/file/signature";
        _list.SignatureKeyFile = Path.Combine(_folder.FullName, "key.pem");
        await File.WriteAllTextAsync(_list.SignatureKeyFile, key.ExportSubjectPublicKeyInfoPem());
        await FetchAsync();
        Assert.Equal(Good, await File.ReadAllTextAsync(_list.File));
        Assert.Equal(_time.GetUtcNow().UtcDateTime, File.GetLastWriteTimeUtc(_list.File));
        Assert.Empty(_folder.GetFiles("*.part"));
        using RSA rsa = RSA.Create(2_048);
        await File.WriteAllTextAsync(_list.SignatureKeyFile, rsa.ExportSubjectPublicKeyInfoPem());
        _files["signature"] = context => context.Response.Body.WriteAsync(rsa.SignData(Encoding.UTF8.GetBytes(Good), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).AsTask();
        await new ListDownloads(Options.Create(_options), _time, NullLogger<ListDownloads>.Instance).FetchAsync(_list, CancellationToken.None);
    }

    [Theory]
    [InlineData("checksum")]
    [InlineData("signature")]
    [InlineData("status")]
    [InlineData("size")]
    [InlineData("cut")]
    [InlineData("page")]
    [InlineData("redirect")]
    public async Task What_does_not_hold_leaves_the_file_before_in_its_place(string fault)
    {
        Serve("list", Good);
        if (fault == "checksum")
        {
            Serve("sum", Hash(Before));
            _list.ChecksumUrl = _server.Url + "/file/sum";
        }
        else if (fault == "signature")
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Serve("signature", Convert.ToBase64String(key.SignData("something else"u8, HashAlgorithmName.SHA256)));
            _list.SignatureUrl = _server.Url + "/file/signature";
            _list.SignatureKeyFile = Path.Combine(_folder.FullName, "key.pem");
            await File.WriteAllTextAsync(_list.SignatureKeyFile, key.ExportSubjectPublicKeyInfoPem());
        }
        else if (fault == "status") _files.Remove("list");
        else if (fault == "size") Serve("list", "id,name\n1," + new string('a', 5_000));
        else if (fault == "cut")
            _files["list"] = async context =>
            {
                context.Response.ContentLength = 1_000;
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Good));
                await context.Response.Body.FlushAsync();
                context.Abort();
            };
        else if (fault == "page") Serve("list", "<html>busy</html>");
        else
            _files["list"] = context =>
            {
                context.Response.Redirect("/file/list");
                return Task.CompletedTask;
            };
        await FetchAsync();
        Assert.True(_asked > 0);
        Assert.Equal(Before, await File.ReadAllTextAsync(_list.File));
        Assert.Empty(_folder.GetFiles("*.part"));
    }

    [Fact]
    public async Task A_publisher_is_asked_when_its_time_has_come_and_sooner_after_a_failure()
    {
        using ListDownloads downloads = new(Options.Create(_options), _time, NullLogger<ListDownloads>.Instance);
        await downloads.FetchAsync(CancellationToken.None);
        Assert.Equal(1, _asked);
        await downloads.FetchAsync(CancellationToken.None);
        Assert.Equal(1, _asked);
        _time.Advance(TimeSpan.FromMinutes(5));
        Serve("list", Good);
        await downloads.FetchAsync(CancellationToken.None);
        Assert.Equal(2, _asked);
        _time.Advance(TimeSpan.FromMinutes(239));
        await downloads.FetchAsync(CancellationToken.None);
        Assert.Equal(2, _asked);
        _time.Advance(TimeSpan.FromMinutes(1));
        await downloads.FetchAsync(CancellationToken.None);
        Assert.Equal(3, _asked);
    }

    void Serve(string name, string text) => _files[name] = context => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    async Task FetchAsync()
    {
        using ListDownloads downloads = new(Options.Create(_options), _time, NullLogger<ListDownloads>.Instance);
        await downloads.FetchAsync(CancellationToken.None);
    }
}
