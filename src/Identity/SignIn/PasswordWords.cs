using Keystone.Postgres;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Keystone.Identity.SignIn;

/// <summary>Refuses passwords made of words that whoever guesses tries first: the person's name and address, the platform's name, the product's.</summary>
internal sealed class PasswordWords(NpgsqlDataSource database) : SqlStore(database), IPasswordValidator<Person>
{
    const int ShortestWord = 4, Most = 256;
    static readonly char[] Separators = [' ', '-', '_', '.', '@', ',', '\''];

    const string SelectPlatforms = """
        select p.slug, p.name from identity.member m join identity.platform p on p.id = m.platform_id where m.person_id = $1 and m.status <> 'removed'
        """;

    public async Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (password is null) return IdentityResult.Success;
        if (password.Length > Most) return Refuse($"Use at most {Most} characters.");
        if (password.Distinct().Count() < ShortestWord + 1) return Refuse("Use more than a few different characters.");
        List<string> texts = ["keystone", user.Email, user.Name ?? ""];
        await using (NpgsqlCommand select = Command(SelectPlatforms, user.Id))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(CancellationToken.None))
            while (await row.ReadAsync(CancellationToken.None)) texts.AddRange([row.GetString(0), row.GetString(1)]);
        string? found = texts.SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries)).Where(word => word.Length >= ShortestWord)
            .FirstOrDefault(word => password.Contains(word, StringComparison.OrdinalIgnoreCase));
        return found is null ? IdentityResult.Success : Refuse("Leave out names: yours, your address's and your platform's are guessed first.");
    }

    static IdentityResult Refuse(string why) => IdentityResult.Failed(new Microsoft.AspNetCore.Identity.IdentityError { Code = "PasswordWords", Description = why });
}
