namespace Keystone.Postgres;

/// <summary>Types that every Postgres numbers alike (its catalog <c>pg_type</c>, object ids below 10,000).</summary>
public enum PostgresType
{
    /// <summary><c>bytea</c>.</summary>
    Bytea = 17,

    /// <summary><c>bigint</c>.</summary>
    Bigint = 20,

    /// <summary><c>integer</c>.</summary>
    Integer = 23,

    /// <summary><c>text</c>.</summary>
    Text = 25,

    /// <summary><c>numeric</c>.</summary>
    Numeric = 1700,
}
