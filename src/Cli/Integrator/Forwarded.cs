namespace Keystone.Cli.Integrator;

/// <summary>What became of an event that was sent to a receiver.</summary>
/// <param name="Id">Id of the event, <c>evt_</c> and digits.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Milliseconds">Time to the answer.</param>
internal sealed record Forwarded(string Id, int Status, long Milliseconds)
{
    /// <summary>The receiver took it: 2xx.</summary>
    public bool IsTaken => Status is >= 200 and < 300;
}
