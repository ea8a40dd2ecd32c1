using System.ComponentModel;
using System.Diagnostics;

namespace Keystone.Architecture;

/// <summary>Runs a command in the repository.</summary>
static class Command
{
    /// <summary>Its exit status and everything that it said; 127 when there is no such program.</summary>
    public static (int Status, string Said) Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Sources.Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said + error.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }
}
