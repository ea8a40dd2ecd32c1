namespace Keystone.Testing;

/// <summary>Where the Postgres of the tests runs.</summary>
public enum PostgresKind
{
    /// <summary>A server that KEYSTONE_TEST_POSTGRES names.</summary>
    Named,

    /// <summary>A container that Testcontainers started.</summary>
    Container,

    /// <summary>The server from the npm package, a child of the test process.</summary>
    Embedded,
}
