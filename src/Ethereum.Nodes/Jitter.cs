using System.Security.Cryptography;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// Makes waits differ, so that what was refused together does not come again together. The source of chance is a value: a test gives its own.
/// </summary>
/// <param name="chance">A number from 0 up to 1, another one at each call. Called by several threads at once.</param>
public sealed class Jitter(Func<double> chance)
{
    const double Spread = 0.1;
    const double More = 0.25;

    /// <summary>By the system's random numbers.</summary>
    public static Jitter OfSystem { get; } = new(static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20));

    /// <summary>Waits as they are.</summary>
    public static Jitter None { get; } = new(static () => 0.5) { _isNone = true };

    bool _isNone;

    /// <summary>A wait of about this length: a tenth less to a tenth more.</summary>
    public TimeSpan About(TimeSpan wait) => _isNone ? wait : wait * (1 - Spread + 2 * Spread * chance());

    /// <summary>A requested wait, lengthened by up to a quarter; never shortened.</summary>
    public TimeSpan AtLeast(TimeSpan wait) => _isNone ? wait : wait * (1 + More * chance());
}
