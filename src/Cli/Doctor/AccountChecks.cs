using System.Globalization;
using Keystone.Ethereum.Signing;
using Keystone.Settlements.Operations;
using Keystone.Transactions;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Cli.Doctor;

/// <summary>Whether these settings have the key of each account that has work, and how much each account still holds.</summary>
internal sealed class AccountChecks(IServiceProvider services)
{
    public async Task<IEnumerable<Verdict>> RunAsync(string name, CancellationToken cancellationToken)
    {
        string[] keys = [.. services.GetRequiredService<SignerSet>().All.Select(signer => signer.Address.ToString()),
            .. services.GetService<DedicatedSigner>() is { } attester ? (string[])[attester.Signer.Address.ToString()] : []];
        List<Verdict> verdicts = [];
        foreach (SenderView one in await services.GetRequiredService<OperateSenders>().ListAsync(cancellationToken))
        {
            string held = string.Create(CultureInfo.InvariantCulture,
                $"{one.Address} is {one.Status} on chain {one.ChainId} and holds {one.OpenSettlements} open settlements and {one.OpenNonces} nonces that are not final");
            bool works = one.Status == "active" || (one.Status is "draining" or "dedicated" && one.OpenSettlements + one.OpenNonces + one.OpenIntents > 0);
            verdicts.Add(works && !keys.Contains(one.Address)
                ? Verdict.Fault(name, $"{held}, and these settings have no key of it.", "Name its key as Signer, Signer:Others or Attester:Signer, or retire it by keystone sender retire.")
                : Verdict.Ok(name, held + "."));
        }
        return verdicts.Count > 0 ? verdicts : [Verdict.Ok(name, "No account has sent anything yet.")];
    }
}
