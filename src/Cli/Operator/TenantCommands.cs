using System.CommandLine;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.IpRules;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Postgres;

namespace Keystone.Cli.Operator;

/// <summary><c>keystone platform</c>: list, suspend, activate, member, ip-rule.</summary>
internal static class TenantCommands
{
    const int Page = 200;

    public static IEnumerable<Command> Create() =>
    [
        List(), SetStatus("suspend", "Keeps every credential of a platform out within seconds; its settlements go on.", false), SetStatus("activate", "Lets a suspended platform in again.", true),
        CreateMember(),
        new Command("ip-rule", "Manages the networks from which an environment may be called.") { ListRules(), AddRule(), RemoveRule() },
    ];

    /// <summary><c>keystone member</c>, the same as <c>keystone platform member</c>.</summary>
    public static Command CreateMember() => new("member", "Manages the members of a platform.") { ListMembers(), Invite(), Recover(), ChangeRoles(), Remove() };

    static Command List() => new Command("list", "Lists the platforms.").OnDatabase(async (source, _, cancellationToken) =>
    {
        PlatformAccountStore platforms = new(source, TimeProvider.System);
        for (int offset = 0; ; offset += Page)
        {
            (IReadOnlyList<PlatformView> items, long total) = await platforms.ListAsync(Page, offset, cancellationToken);
            foreach (PlatformView one in items) Console.WriteLine($"{one.Slug,-32}  {one.Status,-10}  {Timestamps.Seconds(one.CreatedAt)}  {one.Name}");
            if (offset + items.Count >= total) return 0;
        }
    });

    static Command SetStatus(string verb, string about, bool active)
    {
        Argument<string> slug = new("slug") { Description = "Slug of the platform." };
        return new Command(verb, about) { slug }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            PlatformAccountStore platforms = new(source, TimeProvider.System);
            PlatformView changed = (await platforms.SetStatusAsync(await platforms.IdAsync(parsed.GetRequiredValue(slug), cancellationToken), active, cancellationToken)).Require();
            Console.WriteLine($"{changed.Slug} is {changed.Status}");
            return 0;
        });
    }

    static Option<string> Platform() => new("--platform") { Required = true, Description = "Slug of the platform." };

    static Option<string[]> Roles() => new("--role")
    {
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Description = $"Roles, of {string.Join(", ", MemberRoles.All)}.",
    };

    static Command ListMembers()
    {
        Option<string> platform = Platform();
        return new Command("list", "Lists the members of a platform.") { platform }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid id = await new PlatformAccountStore(source, TimeProvider.System).IdAsync(parsed.GetRequiredValue(platform), cancellationToken);
            foreach (MemberView one in (await new MemberStore(source, TimeProvider.System).ListAsync(id, Page, 0, cancellationToken)).Items)
                Console.WriteLine($"{one.Id}  {one.Status,-8}  {one.Email}  {string.Join(' ', one.Roles)}");
            return 0;
        });
    }

    static Command Invite()
    {
        Option<string> platform = Platform(), email = new("--email") { Required = true, Description = "E-mail address." };
        Option<string?> name = new("--name") { Description = "Name for people." };
        Option<string[]> roles = Roles();
        InvitationLink link = new();
        return new Command("invite", "Invites a person and prints the invitation's link, once.") { platform, email, name, roles, link.Url }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid id = await new PlatformAccountStore(source, TimeProvider.System).IdAsync(parsed.GetRequiredValue(platform), cancellationToken);
            InvitedMember made = (await new MemberStore(source, TimeProvider.System).InviteAsync(
                id, Actor.Operator, parsed.GetRequiredValue(email), parsed.GetValue(name), parsed.GetRequiredValue(roles), new MemberFaults(), cancellationToken)).Require();
            link.Print(parsed, made.Member.Id, made.InvitationToken);
            return 0;
        });
    }

    static Command Recover()
    {
        Option<string?> platform = new("--platform") { Description = "Slug of the platform; left out: a member of the operator." };
        Option<string> email = new("--email") { Required = true, Description = "E-mail address." };
        InvitationLink link = new();
        return new Command("recover", "Takes away what a person signs in with, in every place, and prints a new invitation, once.") { platform, email, link.Url }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid? id = parsed.GetValue(platform) is { } slug ? await new PlatformAccountStore(source, TimeProvider.System).IdAsync(slug, cancellationToken) : null;
            (Guid member, string token) = await new OperatorMemberStore(source, TimeProvider.System).RecoverAsync(id, parsed.GetRequiredValue(email), cancellationToken);
            link.Print(parsed, member, token);
            return 0;
        });
    }

    static Command ChangeRoles()
    {
        Option<string> platform = Platform();
        Argument<Guid> member = new("member_id");
        Option<string[]> roles = Roles();
        return new Command("roles", "Gives a member other roles in place of those before.") { member, platform, roles }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid id = await new PlatformAccountStore(source, TimeProvider.System).IdAsync(parsed.GetRequiredValue(platform), cancellationToken);
            MemberView changed = (await new MemberStore(source, TimeProvider.System).ChangeRolesAsync(
                id, Actor.Operator, parsed.GetRequiredValue(member), parsed.GetRequiredValue(roles), new MemberFaults(), cancellationToken)).Require();
            Console.WriteLine($"{changed.Email}: {string.Join(' ', changed.Roles)}");
            return 0;
        });
    }

    static Command Remove()
    {
        Option<string> platform = Platform();
        Argument<Guid> member = new("member_id");
        return new Command("remove", "Removes a member and revokes the credentials that it made.") { member, platform }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            Guid id = await new PlatformAccountStore(source, TimeProvider.System).IdAsync(parsed.GetRequiredValue(platform), cancellationToken);
            if (await new MemberStore(source, TimeProvider.System).RemoveAsync(id, Actor.Operator, parsed.GetRequiredValue(member), cancellationToken) is { } error) throw error.ToException();
            Console.WriteLine("removed");
            return 0;
        });
    }

    static Command ListRules()
    {
        TenantOptions tenant = new();
        return new Command("list", "Lists the networks; none: the environment is open to all.") { tenant.Platform, tenant.Environment }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            foreach (IpRuleView one in await new IpRuleStore(source, TimeProvider.System).ListAsync((await tenant.FindAsync(source, parsed, cancellationToken)).Id, cancellationToken))
                Console.WriteLine($"{one.Id}  {one.Cidr}{(one.Description is null ? "" : "  " + one.Description)}");
            return 0;
        });
    }

    static Command AddRule()
    {
        TenantOptions tenant = new();
        Argument<string> cidr = new("cidr") { Description = "Address or network, such as 203.0.113.0/24." };
        Option<string?> description = new("--description") { Description = "For people." };
        return new Command("add", "Adds a network. The first one closes the environment to all others.") { cidr, tenant.Platform, tenant.Environment, description }
            .OnDatabase(async (source, parsed, cancellationToken) =>
            {
                IpRuleView made = (await new IpRuleStore(source, TimeProvider.System).AddAsync((await tenant.FindAsync(source, parsed, cancellationToken)).Id, Actor.Operator, from: null,
                    parsed.GetRequiredValue(cidr), parsed.GetValue(description), new MemberFaults(), cancellationToken)).Require();
                Console.WriteLine($"{made.Id}  {made.Cidr}");
                return 0;
            });
    }

    static Command RemoveRule()
    {
        TenantOptions tenant = new();
        Argument<Guid> id = new("rule_id");
        return new Command("remove", "Removes a network.") { id, tenant.Platform, tenant.Environment }.OnDatabase(async (source, parsed, cancellationToken) =>
        {
            if (await new IpRuleStore(source, TimeProvider.System).RemoveAsync(
                (await tenant.FindAsync(source, parsed, cancellationToken)).Id, Actor.Operator, from: null, parsed.GetRequiredValue(id), cancellationToken) is { } error)
                throw error.ToException();
            Console.WriteLine("removed");
            return 0;
        });
    }
}
