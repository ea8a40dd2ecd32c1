namespace Keystone.Identity.SignIn;

/// <summary>A person who signs in: the user of ASP.NET Core Identity. A person's place in a platform is a member.</summary>
public sealed class Person
{
    /// <summary>Id.</summary>
    public Guid Id { get; init; }

    /// <summary>Name at sign-in: the e-mail address.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The same, as it is compared.</summary>
    public string NormalizedUserName { get; set; } = "";

    /// <summary>E-mail address.</summary>
    public string Email { get; set; } = "";

    /// <summary>The same, as it is compared.</summary>
    public string NormalizedEmail { get; set; } = "";

    /// <summary>Mail to it was answered.</summary>
    public bool EmailConfirmed { get; set; }

    /// <summary>Name for people; null when there is none.</summary>
    public string? Name { get; set; }

    /// <summary>Hash of the password; null when there is none.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes when earlier sign-ins are to end.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Changes with every change of the row.</summary>
    public string ConcurrencyStamp { get; set; } = "";

    /// <summary>A second factor is asked for after the password.</summary>
    public bool TwoFactorEnabled { get; set; }

    /// <summary>End of a lock that an operator set, UTC. Failures at sign-in are counted elsewhere, per address.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>A lock applies.</summary>
    public bool LockoutEnabled { get; set; } = true;

    /// <summary>Failures in a row, as the library counts them.</summary>
    public int AccessFailedCount { get; set; }

    /// <summary>Sealed key of the authenticator app; null when there is none.</summary>
    public byte[]? TotpKey { get; set; }

    /// <summary>When the row was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The address at sign-in.</summary>
    public override string ToString() => Email;
}
