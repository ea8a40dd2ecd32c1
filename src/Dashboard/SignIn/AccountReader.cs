using Keystone.Identity.Sessions;
using Keystone.Identity.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Keystone.Dashboard.SignIn;

/// <summary>Reads a person's account for its own page.</summary>
internal sealed class AccountReader(UserManager<Person> people, MemberSessions sessions, RecoveryCodeStore codes, SignInSurroundings surroundings, TimeProvider time)
{
    /// <summary>The account of a session's person.</summary>
    public async Task<Account?> ReadAsync(MemberSession session, CancellationToken cancellationToken)
    {
        if (await people.FindByIdAsync(session.PersonId.ToString()) is not { } person) return null;
        return new Account(person.Email, [.. await people.GetPasskeysAsync(person)], person.PasswordHash is not null, await codes.CountAsync(person.Id, cancellationToken),
            await sessions.ListAsync(session.MemberId, cancellationToken), surroundings.Domain.Length > 0);
    }

    /// <summary>The person, where its last proof of presence is young enough; else where to go instead.</summary>
    public async Task<(Person? Person, IResult? Instead)> FreshAsync(HttpContext http)
    {
        if (http.Features.Get<MemberSession>() is not { } session) return (null, Results.LocalRedirect("/sign-in?return=%2Fme"));
        if (!session.IsPresent(time.GetUtcNow())) return (null, Results.LocalRedirect(StepUpEndpoints.Path + "?return=%2Fme"));
        return await people.FindByIdAsync(session.PersonId.ToString()) is { } person ? (person, null) : (null, Results.LocalRedirect("/sign-in"));
    }
}
