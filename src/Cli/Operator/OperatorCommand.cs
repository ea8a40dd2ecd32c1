using System.CommandLine;
using Keystone.Identity;
using Keystone.Identity.Members;
using Keystone.Postgres;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone operator</c>: credentials and members of whoever runs the system.</summary>
internal static class OperatorCommand
{
    public static Command Create() => new("operator", "What the operator of this system has of its own.")
    {
        new Command("credential", "Manages credentials of the operator, which belong to no platform and open /v1/admin.") { CreateCredential(), List(), Revoke() },
        new Command("member", "Manages people who run this system and sign in to its pages.") { InviteMember(), ListMembers(), RemoveMember() },
    };

    static Command InviteMember()
    {
        Option<string> email = new("--email") { Required = true, Description = "E-mail address." };
        Option<string?> name = new("--name") { Description = "Name for people." };
        InvitationLink link = new();
        return new Command("invite", "Invites a person and prints the invitation's link, once.") { email, name, link.Url }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            (Guid member, string token) = await new OperatorMemberStore(source, TimeProvider.System).InviteAsync(parsed.GetRequiredValue(email), parsed.GetValue(name), cancellationToken);
            link.Print(parsed, member, token);
            return 0;
        });
    }

    static Command ListMembers() => new Command("list", "Lists the members of the operator.").OnDatabase(async (source, _, cancellationToken) =>
    {
        foreach (MemberView one in await new OperatorMemberStore(source, TimeProvider.System).ListAsync(cancellationToken)) Console.WriteLine($"{one.Id}  {one.Status,-8}  {one.Email}");
        return 0;
    });

    static Command RemoveMember()
    {
        Argument<Guid> member = new("member_id");
        return new Command("remove", "Removes a member of the operator; its open pages end within seconds.") { member }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            await new OperatorMemberStore(source, TimeProvider.System).RemoveAsync(parsed.GetRequiredValue(member), cancellationToken);
            Console.WriteLine("removed");
            return 0;
        });
    }

    static Command CreateCredential()
    {
        Option<string?> name = new("--name") { Description = "Name for people." };
        Option<string[]> scopes = new("--scope")
        {
            AllowMultipleArgumentsPerToken = true,
            Description = $"Scopes, of {string.Join(", ", Scopes.OfOperator.Select(scope => scope.Name))}; default: {Scopes.Admin}.",
        };
        return new Command("create", "Makes a credential of the operator and prints its secret, which cannot be printed again.") { name, scopes }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                PlatformCommand.Print(await new OperatorCredentialStore(source, TimeProvider.System).CreateAsync(parsed.GetValue(name), parsed.GetValue(scopes), cancellationToken));
                return 0;
            });
    }

    static Command List() => new Command("list", "Lists the credentials of the operator.").OnDatabase(async (source, _, cancellationToken) =>
    {
        foreach (OperatorCredential one in await new OperatorCredentialStore(source, TimeProvider.System).ListAsync(cancellationToken))
            Console.WriteLine($"{one.ClientId}  {one.Status,-8}  {string.Join(' ', one.Scopes)}  made {Timestamps.Seconds(one.CreatedAt)}  "
                + $"last used {(one.LastUsedAt is { } used ? Timestamps.Seconds(used) : "never")}{(one.Name is null ? "" : "  " + one.Name)}");
        return 0;
    });

    static Command Revoke()
    {
        Argument<string> client = new("client_id");
        return new Command("revoke", "Revokes a credential of the operator; its tokens are rejected within seconds.") { client }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            await new OperatorCredentialStore(source, TimeProvider.System).RevokeAsync(parsed.GetRequiredValue(client), cancellationToken);
            Console.WriteLine($"revoked {parsed.GetRequiredValue(client)}");
            return 0;
        });
    }
}
