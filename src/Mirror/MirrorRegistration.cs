using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Mirror;

/// <summary>Registers the mirror's read side.</summary>
public static class MirrorRegistration
{
    /// <summary>Adds <see cref="MirrorReader"/>. The host provides the data source. May be called more than once.</summary>
    public static IServiceCollection AddMirrorReader(this IServiceCollection services)
    {
        services.TryAddSingleton<MirrorReader>();
        return services.AddSchema(MirrorSchema.Migrations);
    }
}
