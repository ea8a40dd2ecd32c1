using System.Net;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Webhooks;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Receivers;

/// <summary>Rules of the members of webhook endpoints.</summary>
internal sealed class WebhookRules(IOptions<WebhookOptions> options)
{
    public string? Url(MemberRules rules, string? sent, Caller caller, bool required)
    {
        if (rules.Text("url", sent, required, max: CreateWebhookRequest.MaxUrl) is not { } text)
            return null;
        bool lax = options.Value.AllowPrivateTargets && caller.EnvironmentKind == "sandbox";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Fragment.Length > 0
            || (url.Scheme != "https" && !(lax && url.Scheme == "http")))
            return rules.Bad("url", "invalid_url", lax
                ? "Use an http or https URL without user name and fragment."
                : "Use an https URL without user name and fragment.");
        if (!lax && IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && !TargetRules.IsPublic(address))
            return rules.Bad("url", "private_address", "The address must be on the public internet.");
        return text;
    }

    /// <summary>Whether the receiver is shown the sender's certificate, which the sender has to have, over a connection that has certificates.</summary>
    public bool MutualTls(MemberRules rules, bool? sent, string? url)
    {
        if (sent != true) return false;
        if (options.Value.ClientCertificate.Length == 0)
            rules.Bad("mutual_tls", "mutual_tls_unavailable", "The operator has given the sender no certificate, so no receiver can ask for one.");
        else if (url is not null && !url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            rules.Bad("mutual_tls", "mutual_tls_without_tls", "Mutual TLS needs an https URL.");
        return true;
    }

    /// <summary>The events under either name; null when there are none or they are wrong.</summary>
    public static string[]? Events(MemberRules rules, IReadOnlyList<string?>? events, IReadOnlyList<string?>? types)
    {
        bool counted = HasSize(rules, "events", events) & HasSize(rules, "event_types", types);
        if (!counted)
            return null;
        if (events is not null && types is not null && !events.ToHashSet().SetEquals(types))
        {
            rules.Bad("event_types", "contradiction", "events and event_types differ; send one of them.");
            return null;
        }
        string name = events is null ? "event_types" : "events";
        events ??= types;
        for (int i = 0; i < events?.Count; i++)
            if (events[i] is not { } pattern)
            {
                if (!rules.IsBad($"{name}/{i}"))
                    rules.Bad($"{name}/{i}", "wrong_type", "Must be a string.");
            }
            else if (!EventPattern.IsKnown(pattern))
            {
                rules.Bad($"{name}/{i}", "unknown_event", $"Unknown event. Use one of: {string.Join(", ", EventPattern.Known)}.");
            }
        return events?.OfType<string>().Distinct().ToArray();
    }

    static bool HasSize(MemberRules rules, string name, IReadOnlyList<string?>? events)
    {
        if (events is null or { Count: >= 1 and <= CreateWebhookRequest.MaxEvents })
            return true;
        rules.Bad(name, "length", $"Between 1 and {CreateWebhookRequest.MaxEvents} entries are allowed.");
        return false;
    }

    public static string? Secret(MemberRules rules, string? sent)
    {
        string? secret = rules.Text("secret", sent, min: CreateWebhookRequest.MinSecret, max: CreateWebhookRequest.MaxSecret);
        return secret is null || secret.All(c => c is > ' ' and <= '~') ? secret
            : rules.Bad("secret", "invalid_secret", "Use 16 to 128 printable ASCII characters.");
    }
}
