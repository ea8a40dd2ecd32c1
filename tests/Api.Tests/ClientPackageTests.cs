using System.Diagnostics;
using System.IO.Compression;
using Keystone.Dev.Servers;

namespace Keystone.Api.Tests;

/// <summary>The client as a package: a program that has nothing but the package, and no package source but its folder, calls the running API.</summary>
[Collection(ApiCollection.Name)]
public sealed class ClientPackageTests(ApiFixture api)
{
    const string Version = "0.0.1-test";

    const string Program = """
        using Keystone.Client;
        using Keystone.Client.Models;

        using HttpClient http = new();
        using KeystoneClient keystone = new(http, new KeystoneClientOptions { Url = new Uri(args[0]), ClientId = args[1], ClientSecret = args[2] });
        TemplatePage templates = await keystone.ListTemplatesAsync();
        Console.WriteLine(string.Join(' ', templates.Items.Select(template => template.Slug)));
        try
        {
            await keystone.GetSettlementAsync(Guid.NewGuid());
        }
        catch (KeystoneApiException refused)
        {
            Console.WriteLine($"{(int)refused.Status} {refused.Code} {refused.Problem?.Detail}");
        }
        Console.WriteLine(new WebhookVerifier("secret").IsKeystone([], "x"));
        """;

    const string Project = $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <UseAppHost>false</UseAppHost>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="KeystoneOs.Client" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    [Fact]
    public async Task A_program_that_has_only_the_package_calls_the_API()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("keystone-package-");
        try
        {
            string packages = folder.CreateSubdirectory("packages").FullName, program = folder.CreateSubdirectory("program").FullName;
            string configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
            await RunAsync(NativeTool.RepositoryRoot, "pack", "src/Client/Client.csproj", "--no-build", "-c", configuration, "-o", packages, $"-p:Version={Version}", "-v", "q");
            using (ZipArchive package = await ZipFile.OpenReadAsync(Path.Combine(packages, $"KeystoneOs.Client.{Version}.nupkg")))
            {
                string[] names = [.. package.Entries.Select(entry => entry.FullName)];
                foreach (string name in (string[])["README.md", "lib/net10.0/Keystone.Client.dll", "lib/net10.0/Keystone.Client.xml"]) Assert.Contains(name, names);
                using StreamReader manifest = new(await package.GetEntry("KeystoneOs.Client.nuspec")!.OpenAsync());
                string text = await manifest.ReadToEndAsync();
                Assert.Contains("<readme>README.md</readme>", text, StringComparison.Ordinal);
                Assert.DoesNotContain("<dependency ", text, StringComparison.Ordinal);
            }
            using (ZipArchive symbols = await ZipFile.OpenReadAsync(Path.Combine(packages, $"KeystoneOs.Client.{Version}.snupkg")))
                Assert.Contains(symbols.Entries, entry => entry.FullName == "lib/net10.0/Keystone.Client.pdb");

            await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), Program);
            await File.WriteAllTextAsync(Path.Combine(program, "Uses.csproj"), Project);
            // Nothing else is asked, and nothing is left in the user's cache.
            await File.WriteAllTextAsync(Path.Combine(program, "nuget.config"),
                $"<configuration><packageSources><clear /><add key=\"built\" value=\"{packages}\" /></packageSources><config><add key=\"globalPackagesFolder\" value=\"{folder.FullName}/cache\" /></config></configuration>");
            await RunAsync(program, "build", "-v", "q", "-o", Path.Combine(program, "out"));
            string said = await RunAsync(program, Path.Combine(program, "out", "Uses.dll"), api.Url, "platform-a", "secret-platform-a");
            string[] lines = said.Trim().Split('\n', StringSplitOptions.TrimEntries);
            Assert.Contains("dvp-single", lines[0], StringComparison.Ordinal);
            Assert.Equal(["404 not_found Settlement not found.", "False"], lines[1..]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["DOTNET_NOLOGO"], start.Environment["MSBUILDDISABLENODEREUSE"]) = ("1", "1");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        string said = await output;
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{said}{await error}");
        return said;
    }
}
