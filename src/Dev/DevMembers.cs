using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Keystone.Dashboard.SignIn;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Dev;

/// <summary>
/// Members of the local system: for each platform one who may everything and a second person, and one of the operator. Their links hold while the services run in this process;
/// services that run apart know no such links, and members are invited there.
/// </summary>
internal sealed class DevMembers(IReadOnlyList<DevMember> members) : ISandboxMembers
{
    static readonly (string Platform, string Email, string Name, string[] Roles)[] People =
    [
        ("platform-a", "ada@platform-a.example", "Ada Lind", ["instruct", "approve", "compliance", "platform_manager"]),
        ("platform-a", "abel@platform-a.example", "Abel Roth", ["approve", "compliance"]),
        ("platform-b", "bea@platform-b.example", "Bea Moss", ["instruct", "approve", "compliance", "platform_manager"]),
        ("platform-b", "boris@platform-b.example", "Boris Kern", ["approve", "compliance"]),
        ("operator", "olga@operator.example", "Olga Stein", ["operator"]),
    ];

    public Task<SandboxMember?> FindAsync(string token, CancellationToken cancellationToken) => Task.FromResult(
        members.FirstOrDefault(member => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(member.SignInUrl[(member.SignInUrl.LastIndexOf('/') + 1)..]), Encoding.UTF8.GetBytes(token)))
            is { } found ? new SandboxMember(found.Person, found.Member, found.Email) : null);

    /// <summary>Makes the members that are missing, and new links for all.</summary>
    public static async Task<IReadOnlyList<DevMember>> EnsureAsync(StorageOptions owner, string apiUrl, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource source = StorageRegistration.Open(owner);
        OperatorMemberStore store = new(source, TimeProvider.System);
        PlatformAccountStore platforms = new(source, TimeProvider.System);
        List<DevMember> all = [];
        foreach ((string platform, string email, string name, string[] roles) in People)
        {
            Guid? id = platform == "operator" ? null : await platforms.IdAsync(platform, cancellationToken);
            (Guid person, Guid member) = await store.EnsureActiveAsync(id, email, name, roles, cancellationToken);
            // By name: a passkey belongs to a domain, and localhost is one.
            string link = new UriBuilder(apiUrl) { Host = "localhost", Path = "/sandbox/sign-in/" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) }.Uri.ToString();
            all.Add(new DevMember(platform, email, person, member, link));
        }
        return all;
    }
}
