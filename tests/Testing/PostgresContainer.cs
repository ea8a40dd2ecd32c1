using System.Globalization;
using System.Security.Cryptography;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using Testcontainers.PostgreSql;

namespace Keystone.Testing;

/// <summary>
/// Postgres in a container, by Testcontainers: published on 127.0.0.1 only, and labelled with the process that uses it, so that a later run
/// removes what a killed one left. Nothing is pulled unless KEYSTONE_TEST_PULL is <c>1</c>.
/// </summary>
public static class PostgresContainer
{
    /// <summary>Label of a container of these tests; its value names the process that uses it.</summary>
    public const string Label = "keystone.test.process";

    /// <summary>KEYSTONE_TEST_POSTGRES_IMAGE, else <c>postgres:18</c>.</summary>
    public static string Image => Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES_IMAGE") is { Length: > 0 } set ? set : "postgres:18";

    static bool MayPull => Environment.GetEnvironmentVariable("KEYSTONE_TEST_PULL") == "1";

    /// <summary>Null when an engine answers and has the image, or may pull it; else the reason, as part of a sentence.</summary>
    public static async Task<string?> WhyMissingAsync()
    {
        if (await DockerEngine.WhyMissingAsync().ConfigureAwait(false) is { } noEngine) return noEngine;
        if (MayPull) return null;
        using IDockerClient client = OpenClient();
        try
        {
            await client.Images.InspectImageAsync(Image).ConfigureAwait(false);
            return null;
        }
        catch (DockerImageNotFoundException)
        {
            return $"a Docker engine answers, but does not have the image {Image} (scripts/base-images makes or pulls it)";
        }
        catch (Exception fault) when (fault is DockerApiException or HttpRequestException or IOException)
        {
            return $"the Docker engine cannot be asked for the image {Image}: {fault.Message}";
        }
    }

    /// <summary>Starts a container with the settings of the embedded server.</summary>
    public static async Task<PostgreSqlContainer> StartAsync(CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        PostgreSqlContainer container = new PostgreSqlBuilder(Image)
            .WithUsername("postgres").WithPassword(RandomNumberGenerator.GetHexString(32, lowercase: true)).WithDatabase("postgres")
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--locale=C --encoding=UTF8")
            .WithCommand("-c", "shared_buffers=128MB", "-c", "max_connections=200", "-c", "timezone=UTC", "-c", "lc_messages=C")
            .WithImagePullPolicy(MayPull ? PullPolicy.Missing : PullPolicy.Never)
            .WithLabel(Label, Owner(Environment.ProcessId))
            .WithCreateParameterModifier(parameters =>
            {
                // The port of an engine on another machine is reached at that machine's address.
                if (!DockerEngine.IsLocal) return;
                foreach (PortBinding binding in parameters.HostConfig!.PortBindings!.Values.SelectMany(bindings => bindings)) binding.HostIP = "127.0.0.1";
            })
            .Build();
        try
        {
            await container.StartAsync(cancellationToken).ConfigureAwait(false);
            return container;
        }
        catch
        {
            await container.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes containers whose process has ended, of this machine alone: of a process of another machine nothing is known here.</summary>
    public static async Task SweepAsync(CancellationToken cancellationToken)
    {
        using IDockerClient client = OpenClient();
        foreach (ContainerListResponse found in await ListAsync(client, cancellationToken).ConfigureAwait(false))
        {
            string[] owner = found.Labels[Label].Split(' ');
            bool isOurs = owner.Length == 3 && owner[0] == Environment.MachineName
                && int.TryParse(owner[1], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && Owner(process) != found.Labels[Label];
            if (!isOurs) continue;
            try
            {
                await client.Containers.RemoveContainerAsync(
                    found.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerApiException fault) when (fault.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
            {
                // Another run removes it, too.
            }
        }
    }

    /// <summary>Containers of these tests, of any process, running or not.</summary>
    public static Task<IList<ContainerListResponse>> ListAsync(IDockerClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ContainersListParameters parameters = new()
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [Label] = true } },
        };
        return client.Containers.ListContainersAsync(parameters, cancellationToken);
    }

    /// <summary>A client of the engine that Testcontainers uses.</summary>
    public static IDockerClient OpenClient()
    {
        IDockerEndpointAuthenticationConfiguration engine = TestcontainersSettings.OS.DockerEndpointAuthConfig
            ?? throw new InvalidOperationException("No Docker engine answers: ask DockerEngine first.");
        return engine.GetDockerClientBuilder(Guid.NewGuid()).Build();
    }

    /// <summary>Machine, process id and moment of its start in the kernel's ticks, so that a process id that is used again is not taken for the former process.</summary>
    public static string Owner(int process)
    {
        string ticks = "ended";
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            // The second field is the program's name in parentheses, which may hold blanks; the start is field 22.
            ticks = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            // There is no such process.
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName} {process} {ticks}");
    }
}
