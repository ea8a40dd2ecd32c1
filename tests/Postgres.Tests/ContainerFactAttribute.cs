using Keystone.Testing;

namespace Keystone.Postgres.Tests;

/// <summary>A test that needs a Docker engine. Without one it is skipped with the reason, and fails when KEYSTONE_TEST_POSTGRES is <c>container</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ContainerFactAttribute : FactAttribute
{
    public ContainerFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") == "container") return;
        string? missing = Task.Run(PostgresContainer.WhyMissingAsync).GetAwaiter().GetResult();
        if (missing is not null) Skip = $"needs Postgres in a container: {missing}";
    }
}
