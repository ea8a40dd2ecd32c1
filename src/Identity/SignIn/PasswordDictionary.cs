using Microsoft.AspNetCore.Identity;

namespace Keystone.Identity.SignIn;

/// <summary>Refuses passwords made of words that whoever guesses tries first: the person's name and address, the platform's name, the product's.</summary>
internal sealed class PasswordDictionary(PersonPlatformStore platforms) : IPasswordValidator<Person>
{
    const int ShortestWord = 4, Most = 256;
    static readonly char[] Separators = [' ', '-', '_', '.', '@', ',', '\''];

    public async Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (password is null) return IdentityResult.Success;
        if (password.Length > Most) return Refuse($"Use at most {Most} characters.");
        if (password.Distinct().Count() < ShortestWord + 1) return Refuse("Use more than a few different characters.");
        IReadOnlyList<string> texts = ["keystone", user.Email, user.Name ?? "", .. await platforms.NamesAsync(user.Id, CancellationToken.None)];
        string? found = texts.SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries)).Where(word => word.Length >= ShortestWord)
            .FirstOrDefault(word => password.Contains(word, StringComparison.OrdinalIgnoreCase));
        return found is null ? IdentityResult.Success : Refuse("Leave out names: yours, your address's and your platform's are guessed first.");
    }

    static IdentityResult Refuse(string why) => IdentityResult.Failed(new Microsoft.AspNetCore.Identity.IdentityError { Code = "PasswordDictionary", Description = why });
}
