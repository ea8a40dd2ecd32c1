using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using Keystone.Testing;
using Npgsql;
using Testcontainers.PostgreSql;
using Xunit.Abstractions;

namespace Keystone.Postgres.Tests;

/// <summary>Which Postgres the tests run on, and that a machine without an engine, or with a broken one, gets the embedded server soon.</summary>
public sealed class PostgresServerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_run_says_which_server_it_uses_and_why()
    {
        PostgresServer server = await PostgresServer.Shared;
        await using NpgsqlConnection connection = new(server.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new("select current_setting('server_version'), current_setting('data_directory')", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        (string version, string folder) = (reader.GetString(0), reader.GetString(1));
        output.WriteLine($"Postgres of the tests: {server.Kind}, {version}, because {server.Reason}");
        Assert.NotEqual("", server.Reason);
        // What the class says is compared with where the server's files are: only a container has none on this machine.
        string home = Path.Combine(Dev.Servers.KeystoneHome.Open(), "test");
        if (server.Kind == PostgresKind.Embedded) Assert.StartsWith(home, folder, StringComparison.Ordinal);
        if (server.Kind == PostgresKind.Container) Assert.StartsWith("/var/lib/postgresql", folder, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") is { } wanted && Enum.TryParse(wanted, ignoreCase: true, out PostgresKind kind))
            Assert.Equal(kind, server.Kind);
    }

    [Fact]
    public async Task A_machine_on_which_nothing_names_an_engine_is_answered_without_asking_one()
    {
        string home = Directory.CreateTempSubdirectory("keystone-no-engine-").FullName;
        try
        {
            // A socket of the machine itself would be found; then there is an engine to ask, and this says nothing.
            string? missing = await DockerEngine.FindAsync(name => name == "HOME" ? home : null, TimeSpan.FromSeconds(5));
            if (File.Exists("/var/run/docker.sock")) return;
            Assert.Equal("no Docker engine is set up here (no DOCKER_HOST and no socket)", missing);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData("unix:///nonexistent/docker.sock")]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("unix://")]
    public async Task An_address_where_no_engine_listens_is_named(string address)
    {
        string? missing = await DockerEngine.FindAsync(name => name == "DOCKER_HOST" ? address : null, TimeSpan.FromSeconds(5));
        Assert.StartsWith($"the Docker engine at {address} does not answer: ", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_accepts_and_never_answers_is_given_up()
    {
        using TcpListener hanging = new(IPAddress.Loopback, 0);
        hanging.Start();
        string address = $"tcp://127.0.0.1:{((IPEndPoint)hanging.LocalEndpoint).Port}";
        string? missing = await DockerEngine.FindAsync(name => name == "DOCKER_HOST" ? address : null, TimeSpan.FromMilliseconds(200));
        Assert.Equal($"the Docker engine at {address} does not answer: no answer within 0.2 s", missing);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"ApiVersion\":null}")]
    [InlineData("{\"ApiVersion\":\"new\"}")]
    [InlineData("not JSON")]
    public async Task What_is_not_an_engine_is_not_taken_for_one(string body)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using NetworkStream stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096]);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        });
        string address = $"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        string? missing = await DockerEngine.FindAsync(name => name == "DOCKER_HOST" ? address : null, TimeSpan.FromSeconds(5));
        Assert.StartsWith($"the Docker engine at {address} does not answer: ", missing, StringComparison.Ordinal);
        await answering;
    }

    [ContainerFact]
    public async Task A_container_is_bound_to_this_machine_and_swept_when_its_process_has_ended()
    {
        using IDockerClient client = PostgresContainer.OpenClient();
        PostgreSqlContainer container = await PostgresContainer.StartAsync(CancellationToken.None);
        string left = (await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = PostgresContainer.Image,
            Labels = new Dictionary<string, string> { [PostgresContainer.Label] = $"{Environment.MachineName} {Environment.ProcessId} 1" },
        })).ID;
        string foreign = (await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = PostgresContainer.Image,
            Labels = new Dictionary<string, string> { [PostgresContainer.Label] = $"{Environment.MachineName}-other 1 1" },
        })).ID;
        try
        {
            await using (NpgsqlConnection connection = new(container.GetConnectionString())) await connection.OpenAsync();
            IList<ContainerListResponse> before = await PostgresContainer.ListAsync(client, CancellationToken.None);
            Assert.All(before.Single(found => found.ID == container.Id).Ports.Where(port => port.PublicPort != 0), port => Assert.Equal("127.0.0.1", port.IP));
            await PostgresContainer.SweepAsync(CancellationToken.None);
            string[] after = [.. (await PostgresContainer.ListAsync(client, CancellationToken.None)).Select(found => found.ID)];
            Assert.Contains(container.Id, after);
            Assert.Contains(foreign, after);
            Assert.DoesNotContain(left, after);
        }
        finally
        {
            await client.Containers.RemoveContainerAsync(foreign, new ContainerRemoveParameters { Force = true });
            await container.DisposeAsync();
        }
    }
}
