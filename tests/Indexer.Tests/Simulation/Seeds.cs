using System.Globalization;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>Plays seeds one after the other; a failure names its seed.</summary>
static class Seeds
{
    /// <summary>Plays so many seeds from the first on, or the one that <c>KEYSTONE_SIMULATION_SEED</c> names. True when it was all of them.</summary>
    public static bool Play(int first, int count, Action<int> play)
    {
        int? wanted = int.TryParse(Environment.GetEnvironmentVariable("KEYSTONE_SIMULATION_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : null;
        OnOwnThread(() =>
        {
            foreach (int number in wanted is { } one ? first == 1 ? [one] : [] : Enumerable.Range(first, count))
            {
                try
                {
                    play(number);
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException(
                        $"KEYSTONE_SIMULATION_SEED={number.ToString(CultureInfo.InvariantCulture)} plays this world again. {fault.Message}", fault);
                }
            }
        });
        return wanted is null;
    }

    // The runner's own threads have a context that continuations would go back to.
    public static void OnOwnThread(Action work)
    {
        Exception? fault = null;
        Thread thread = new(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                fault = e;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null) throw new InvalidOperationException(fault.Message, fault);
    }
}
