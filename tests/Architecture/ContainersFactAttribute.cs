namespace Keystone.Architecture;

/// <summary>A test that builds all images and starts the compose file: minutes, and so of deep runs alone. Without a Docker engine and compose it is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ContainersFactAttribute : FactAttribute
{
    public ContainersFactAttribute() => Skip = Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") != "1" ? "builds all images and starts the whole system in containers: scripts/test --deep"
        : Command.Run("node", "scripts/lib/docker-engine.mjs") is { Status: not 0 } engine ? $"docker-compose.yml is not started: {engine.Said.Trim()}"
        : !HasCompose ? "docker-compose.yml is not started: there is no docker client with compose" : null;

    static bool HasCompose => Command.Run("sh", "-c", "docker compose version || docker-compose version").Status == 0;
}
