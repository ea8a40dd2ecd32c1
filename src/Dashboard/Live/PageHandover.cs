using System.Collections.Concurrent;
using System.Reflection;
using Keystone.Dashboard.Pages;

namespace Keystone.Dashboard.Live;

/// <summary>
/// What a page had read when it was rendered without a circuit, for the same page in the circuit that follows at once: it then shows the same from its first moment on, instead
/// of placeholders in between. Held for seconds, for one taker, under the session and the whole address.
/// </summary>
internal sealed class PageHandover(TimeProvider time)
{
    static readonly TimeSpan Life = TimeSpan.FromSeconds(15);

    const int Most = 500;

    readonly ConcurrentDictionary<(string Session, string Url, Type Page), (AppPage Page, DateTimeOffset Until)> _pages = new();

    /// <summary>Leaves what a page has read.</summary>
    public void Leave(string session, string url, AppPage page)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (((string, string, Type) key, (_, DateTimeOffset until)) in _pages)
            if (until < now || _pages.Count > Most) _pages.TryRemove(key, out _);
        _pages[(session, url, page.GetType())] = (page, now + Life);
    }

    /// <summary>Takes it, once; false when there is none or it is too old.</summary>
    public bool TryTake(string session, string url, AppPage page)
    {
        if (!_pages.TryRemove((session, url, page.GetType()), out (AppPage Page, DateTimeOffset Until) left) || left.Until < time.GetUtcNow()) return false;
        // The fields of the page itself; parameters and services are properties, and the new page has its own.
        for (Type? type = page.GetType(); type is not null && type != typeof(AppPage); type = type.BaseType)
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                if (!field.Name.StartsWith('<')) field.SetValue(page, field.GetValue(left.Page));
        return true;
    }
}
