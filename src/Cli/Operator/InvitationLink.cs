using System.CommandLine;
using Keystone.Identity.Members;

namespace Keystone.Cli.Operator;

/// <summary>Prints an invitation: as a link where the address of the pages is given.</summary>
internal sealed class InvitationLink
{
    /// <summary>Address of the pages.</summary>
    public Option<Uri?> Url { get; } = UrlOption.CreateOptional("--url", "Address of the dashboard, such as https://keystone.example; the link is printed in full then.");

    public void Print(ParseResult parsed, Guid member, string token)
    {
        Console.WriteLine($"member            {member}");
        Console.WriteLine($"invitation_token  {token}");
        Console.WriteLine($"invitation_link   {parsed.GetValue(Url)?.GetLeftPart(UriPartial.Authority)}/invite/{token}");
        Console.WriteLine($"Whoever opens the link becomes the member, once, within {MemberStore.InvitationLife.TotalHours:0} hours.");
    }
}
