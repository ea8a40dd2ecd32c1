using Keystone.Postgres.Migrations;

namespace Keystone.Webhooks;

/// <summary>Schema <c>webhooks</c>, which this room owns: endpoints, messages and deliveries.</summary>
public static class WebhooksSchema
{
    /// <summary>Its migrations.</summary>
    public static MigrationSource Migrations { get; } = new("webhooks", typeof(WebhooksSchema).Assembly, "identity");
}
