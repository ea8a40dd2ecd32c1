using System.Security.Cryptography;
using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.SignIn;

/// <summary>Makes the page of an invitation. The key of the app travels in the form, sealed and for an hour: nothing is stored before the invitation is taken.</summary>
internal sealed class InvitePages(IDataProtectionProvider protection, SignInSurroundings surroundings, ExternalProvider provider)
{
    const string Purpose = "Keystone.Dashboard.Invitation.v1", Issuer = "Keystone";
    static readonly TimeSpan KeyLife = TimeSpan.FromHours(1);

    public IResult Page(HttpContext http, string token, Invitation invitation, string? error, int status, string? sealedKey = null)
    {
        string key = (sealedKey is null ? null : OpenKey(token, sealedKey)) ?? TotpCode.NewKey();
        return SignInPages.Page<InvitePage>(http, status, (nameof(InvitePage.Error), error), (nameof(InvitePage.Invitation), invitation), (nameof(InvitePage.Token), token),
            (nameof(InvitePage.Key), key), (nameof(InvitePage.SealedKey), Protector(token).Protect(key, KeyLife)), (nameof(InvitePage.KeyUri), TotpCode.Uri(Issuer, invitation.Email, key)),
            (nameof(InvitePage.HasPasskeys), surroundings.Domain.Length > 0), (nameof(InvitePage.Provider), provider.IsOn ? provider.Name : null),
            (nameof(InvitePage.IsSignedInAs), http.Features.Get<MemberSession>()?.PersonId == invitation.PersonId));
    }

    /// <summary>The key of a form; null when the form is too old or another invitation's.</summary>
    public string? OpenKey(string token, string sealedKey)
    {
        try
        {
            return sealedKey.Length is 0 or > 2048 ? null : Protector(token).Unprotect(sealedKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    ITimeLimitedDataProtector Protector(string token) => protection.CreateProtector(Purpose, token).ToTimeLimitedDataProtector();
}
