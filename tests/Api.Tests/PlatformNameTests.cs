using Keystone.Domain.Names;
using Keystone.Identity;

namespace Keystone.Api.Tests;

/// <summary>Platforms are known to each other by slug and name alone: none may be taken for another. Sandbox and production live under one slug.</summary>
[Collection(ApiCollection.Name)]
public sealed class PlatformNameTests(ApiFixture api)
{
    [Theory]
    [InlineData("platform-0ne", "Another name", "slug")]
    [InlineData("another-slug", "N\u0430me of platform-one", "name")]   // Cyrillic a
    [InlineData("another-slug", "NAME OF PLATFORM-ONE", "name")]
    [InlineData("platform-one", "Another name", "taken")]
    public async Task A_platform_that_can_be_taken_for_another_is_not_created(string slug, string name, string reason)
    {
        if (await api.CountAsync("identity.platform where slug = 'platform-one'") == 0) await api.AddPlatformAsync("platform-one");
        PlatformException refused = await Assert.ThrowsAsync<PlatformException>(() => new PlatformStore(api.Database, TimeProvider.System)
            .CreateAsync(new NewPlatform(slug, name, "sandbox", "sandbox", 1), NameSkeleton.AreConfusable, CancellationToken.None));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_environment_lives_under_the_same_slug()
    {
        PlatformStore platforms = new(api.Database, TimeProvider.System);
        await api.AddPlatformAsync("two-worlds");
        NewCredential credential = await platforms.CreateEnvironmentAsync("two-worlds", "production", "production", 11155111, CancellationToken.None);
        Assert.NotEmpty(credential.ClientSecret);
        Assert.Equal(1, await api.CountAsync("identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'two-worlds' and e.kind = 'production' and e.is_default"));
        await platforms.CreateEnvironmentAsync("two-worlds", "production-2", "production", 11155111, CancellationToken.None);
        Assert.Equal(1, await api.CountAsync("identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = 'two-worlds' and e.kind = 'production' and e.is_default"));
        foreach ((string platform, string slug, string kind) in (IEnumerable<(string, string, string)>)[("two-worlds", "production", "production"), ("nobody", "x", "sandbox"), ("two-worlds", "Bad Slug", "sandbox"), ("two-worlds", "x", "test")])
            await Assert.ThrowsAsync<PlatformException>(() => platforms.CreateEnvironmentAsync(platform, slug, kind, 1, CancellationToken.None));
    }
}
