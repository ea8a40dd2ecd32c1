using System.Globalization;
using System.Security.Cryptography;

namespace Keystone.Dev.Servers;

/// <summary>
/// Postgres 18 from the npm package, under a leash, on 127.0.0.1 only and with a password. It never runs as root: as root it runs as
/// nobody, from a copy of the program that nobody can read.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    const string User = "postgres";
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    static int _copies;
    readonly FileStream _lock;
    readonly Func<int, CancellationToken, Task<(Leash Leash, int Port)>> _start;
    Leash _leash;

    EmbeddedPostgres(
        Leash leash, FileStream exclusive, int port, string password, Func<int, CancellationToken, Task<(Leash Leash, int Port)>> start)
    {
        (_leash, _lock, Port, _start) = (leash, exclusive, port, start);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username={User};Password={password};Database=postgres";
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Npgsql connection string of the superuser, database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>True until the server has ended.</summary>
    public bool IsRunning => _leash.IsRunning;

    /// <summary>Starts a server on a data folder, which is made when it is not there.</summary>
    /// <param name="folder">Folder of this server: data, password and lock. One server at a time.</param>
    /// <param name="durable">False turns fsync off: tests only, a crash of the machine may lose everything.</param>
    /// <param name="cancellationToken">Gives up; the child is ended.</param>
    /// <exception cref="InvalidOperationException">Another process holds the folder, or the server did not start.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string folder, bool durable, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("The embedded Postgres runs on Linux and macOS; on Windows use WSL.");
        string programs = NativeTool.Postgres;
        string[] runAs = [];
        Directory.CreateDirectory(folder);
        FileStream exclusive = Lock(folder);
        try
        {
            string data = Path.Combine(folder, "data");
            string passwordFile = Path.Combine(folder, "password");
            if (Environment.IsPrivilegedProcess)
            {
                runAs = RunAs();
                programs = await CopyProgramsAsync(programs, KeystoneHome.Open(), cancellationToken).ConfigureAwait(false);
            }
            if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            {
                if (Directory.Exists(data)) Directory.Delete(data, recursive: true); // what an interrupted initdb left
                Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                await WriteSecretAsync(passwordFile, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellationToken).ConfigureAwait(false);
                if (runAs.Length > 0) await RunAsync(["chown", "-R", "nobody", data, passwordFile], folder, cancellationToken).ConfigureAwait(false);
                await RunAsync(
                    [.. runAs, Path.Combine(programs, "bin", "initdb"), "-D", data, "-U", User, "-A", "scram-sha-256", "--pwfile", passwordFile,
                        "--locale=C", "--encoding=UTF8", "--no-sync", "--no-instructions"],
                    folder, cancellationToken).ConfigureAwait(false);
            }
            string password = (await File.ReadAllTextAsync(passwordFile, cancellationToken).ConfigureAwait(false)).Trim();
            (Leash leash, int port) = await StartServerAsync(null, cancellationToken).ConfigureAwait(false);
            return new EmbeddedPostgres(leash, exclusive, port, password, (same, cancel) => StartServerAsync(same, cancel));

            Task<(Leash Leash, int Port)> StartServerAsync(int? onPort, CancellationToken cancel) =>
                EmbeddedPostgres.StartServerAsync(runAs, programs, data, folder, durable, onPort, cancel);
        }
        catch
        {
            await exclusive.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the server with SIGKILL, as a machine that runs out of memory would.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => _leash.KillAsync(cancellationToken);

    /// <summary>Starts the server again, on its port, after it was killed. It recovers from its log.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        if (IsRunning) throw new InvalidOperationException("The server runs.");
        await _leash.DisposeAsync().ConfigureAwait(false);
        (_leash, _) = await _start(Port, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the server: a fast shutdown, after ten seconds an immediate one.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leash.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    static async Task<(Leash Leash, int Port)> StartServerAsync(
        string[] runAs, string programs, string data, string folder, bool durable, int? onPort, CancellationToken cancellationToken)
    {
        string[] settings = durable ? [] : ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];
        for (int attempt = 1; ; attempt++)
        {
            int port = onPort ?? RandomNumberGenerator.GetInt32(20_000, 30_000);
            List<string> command =
            [
                .. runAs, Path.Combine(programs, "bin", "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=128MB", "-c", "max_connections=200",
                "-c", "timezone=UTC", "-c", "lc_messages=C", "-c", "logging_collector=off",
            ];
            foreach (string setting in settings) command.AddRange(["-c", setting]);
            Leash leash = Leash.Start(command[0], command[1..], endSignal: "INT", forceSignal: "QUIT", workingDirectory: folder);
            try
            {
                await leash.WaitForLineAsync(
                    line => line.Contains("ready to accept connections", StringComparison.Ordinal),
                    StartDeadline, cancellationToken).ConfigureAwait(false);
                return (leash, port);
            }
            catch (Exception failure)
            {
                string said = leash.LastOutput;
                await leash.DisposeAsync().ConfigureAwait(false);
                bool portTaken = said.Contains("Address already in use", StringComparison.Ordinal);
                // The server of a process that was killed is still closing down under its leash; its lock file is Postgres's to judge.
                bool closing = said.Contains("postmaster.pid\" already exists", StringComparison.Ordinal);
                // Children of a server that was killed go within moments, and hold its memory and its port until then.
                closing |= said.Contains("shared memory block", StringComparison.Ordinal) || (portTaken && onPort is not null);
                if (failure is not InvalidOperationException || attempt == 40 || !(portTaken || closing)) throw;
                if (closing) await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"Another process runs a Postgres in {folder}; end it, or set KEYSTONE_HOME to another folder.");
        }
    }

    static string[] RunAs()
    {
        if (File.Exists("/usr/bin/setpriv")) return ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"];
        foreach (string runuser in (string[])["/usr/sbin/runuser", "/sbin/runuser"])
            if (File.Exists(runuser))
                return [runuser, "-u", "nobody", "--"];
        throw new InvalidOperationException("Postgres does not run as root, and neither setpriv nor runuser is here: install the package util-linux.");
    }

    /// <summary>Copies the programs once per content to a place where the user that runs them can enter.</summary>
    static async Task<string> CopyProgramsAsync(string source, string home, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(source, "bin")).Order(StringComparer.Ordinal))
            hash.AppendData(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)));
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{Path.GetRelativePath(source, file)} {new FileInfo(file).Length}\n"));
        string target = Path.Combine(home, $"postgres-{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");
        if (Directory.Exists(target)) return target;
        // Two servers of one process may start at once.
        string partial = $"{target}.{Environment.ProcessId}-{Interlocked.Increment(ref _copies)}";
        await RunAsync(["cp", "-a", source, partial], home, cancellationToken).ConfigureAwait(false);
        await RunAsync(["chmod", "-R", "a+rX", partial], home, cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.Move(partial, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(partial, recursive: true); // another one was first
        }
        return target;
    }

    static async Task WriteSecretAsync(string path, string secret, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("File modes of Unix are needed.");
        File.Delete(path);
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using StreamWriter writer = new(path, options);
        await writer.WriteAsync(secret.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    static async Task RunAsync(IReadOnlyList<string> command, string workingDirectory, CancellationToken cancellationToken)
    {
        await using Leash leash = Leash.Start(command[0], command.Skip(1), workingDirectory: workingDirectory);
        int status = await leash.WaitForExitAsync(cancellationToken).WaitAsync(StartDeadline, cancellationToken).ConfigureAwait(false);
        if (status != 0) throw new InvalidOperationException($"{string.Join(' ', command)} ended with status {status}:\n{leash.LastOutput}");
    }
}
