using MimeKit;

namespace Keystone.Keeper.Mail;

/// <summary>Settings of section <c>Mail</c>: the server through which people are told what needs them. Without a host nobody is written to.</summary>
public sealed class MailOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Mail";

    /// <summary>Host name of the SMTP server; empty for no mail.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port of the SMTP server.</summary>
    public int Port { get; set; } = 587;

    /// <summary><c>starttls</c> (usual on port 587) or <c>tls</c> (on port 465). There is no mail over a plain connection.</summary>
    public string Security { get; set; } = "starttls";

    /// <summary>Account at the server; empty when it asks for none.</summary>
    public string User { get; set; } = "";

    /// <summary>Its password; give it as <c>Mail:PasswordFile</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Sender of the mails, such as <c>Keystone &lt;keystone@example.org&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>Addresses of the operator, beside its members: low balance and blocked refunds.</summary>
    public IList<string> OperatorAddresses { get; } = [];

    /// <summary>URL of the pages, which a mail names; empty for none.</summary>
    public string PagesUrl { get; set; } = "";

    /// <summary>File with the certificate (PEM) of the authority that signed the server's, when it is one of your own; empty for those that the system trusts.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Hours before the deadline from which whoever has not deposited is told; a settlement with less time is told of in the last quarter of it.</summary>
    public int DeadlineHours { get; set; } = 4;

    /// <summary>Seconds that the server has for each answer.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Somebody is written to.</summary>
    internal bool IsOn => Host.Length > 0;

    static bool IsAddress(string text) => MailboxAddress.TryParse(text, out MailboxAddress? address) && address.Domain.Length > 0;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsOn)
        {
            if (User.Length > 0 || Password.Length > 0 || From.Length > 0 || OperatorAddresses.Count > 0)
                yield return "Mail:Host is missing; name the SMTP server, or remove the other settings of Mail.";
            yield break;
        }
        if (Port is < 1 or > 65_535)
            yield return "Mail:Port must be between 1 and 65535.";
        if (Security is not ("starttls" or "tls"))
            yield return "Mail:Security must be starttls or tls; mail is not sent over a plain connection.";
        if ((User.Length > 0) != (Password.Length > 0))
            yield return "Mail:User and Mail:PasswordFile belong together; set both or none.";
        if (!IsAddress(From))
            yield return "Mail:From is missing or no address; use one such as Keystone <keystone@example.org>.";
        foreach (string address in OperatorAddresses)
            if (!IsAddress(address))
                yield return $"Mail:OperatorAddresses has {address}, which is no e-mail address.";
        if (PagesUrl.Length > 0 && !(Uri.TryCreate(PagesUrl, UriKind.Absolute, out Uri? url) && url.Scheme == Uri.UriSchemeHttps))
            yield return "Mail:PagesUrl is not an absolute URL that begins with https://.";
        if (Authority.Length > 0 && !File.Exists(Authority))
            yield return $"Mail:Authority names {Authority}, which does not exist.";
        if (DeadlineHours is < 1 or > 168)
            yield return "Mail:DeadlineHours must be between 1 and 168.";
        if (TimeoutSeconds is < 1 or > 300)
            yield return "Mail:TimeoutSeconds must be between 1 and 300.";
    }
}
