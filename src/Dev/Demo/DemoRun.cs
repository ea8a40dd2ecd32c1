using System.Globalization;
using System.Net;
using Keystone.Cli;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Dev.Demo;

/// <summary>Plays the stories for an audience.</summary>
internal static class DemoRun
{
    /// <summary>Timeout of the settlement that fails: the keeper publishes nothing that has less than 30 s left, and nobody likes to wait.</summary>
    public const int TimeoutSeconds = 38;

    /// <summary>The same on a system with the usual settings, where no settlement is taken that has less than 60 s.</summary>
    const int UsualTimeoutSeconds = 75;

    /// <returns>0 when every story ended as it should.</returns>
    public static Task<int> PlayAsync(DevEnvironment environment, CancellationToken cancellationToken) =>
        PlayAsync(environment.File, environment.Node, null, TimeoutSeconds, cancellationToken);

    /// <summary>Plays them on a system that runs elsewhere.</summary>
    /// <returns>0 when every story ended as it should.</returns>
    public static Task<int> PlayElsewhereAsync(DevFile system, IEthereumNode node, IPAddress reachableAt, CancellationToken cancellationToken) =>
        PlayAsync(system, node, reachableAt, UsualTimeoutSeconds, cancellationToken);

    static async Task<int> PlayAsync(DevFile system, IEthereumNode node, IPAddress? reachableAt, int timeoutSeconds, CancellationToken cancellationToken)
    {
        Narrator narrator = new(Console.Out);
        narrator.Title("the stories, through the public API and the parties' own transactions");
        try
        {
            await using StoryBook book = await StoryBook.OpenAsync(system, node, narrator, TimeProvider.System, cancellationToken, reachableAt);
            IReadOnlyList<Balance> before = await book.BalancesAsync(cancellationToken);
            narrator.Title("A deposit without its counterpart: its deadline passes while the other stories run");
            LoneDeposit lone = await book.DepositAloneAsync(timeoutSeconds, cancellationToken);
            narrator.Title("Single platform: one platform knows both parties");
            await book.SinglePlatformAsync(cancellationToken);
            narrator.Title("Cross platform: platform A instructs, platform B confirms");
            await book.CrossPlatformAsync(cancellationToken);
            narrator.Title("Cross platform: platform B rejects");
            await book.RejectedAsync(cancellationToken);
            narrator.Title("The deadline has passed: the deposit goes back");
            await book.TimeOutAsync(lone, cancellationToken);
            Print(narrator, book, before, await book.BalancesAsync(cancellationToken));
            narrator.Write("\nAll four stories ended as they should.");
            return 0;
        }
        catch (Exception fault) when (fault is StoryFault or CommandFault or HttpRequestException)
        {
            narrator.Write($"\nFAILED: {fault.Message}");
            return 1;
        }
    }

    static void Print(Narrator narrator, StoryBook book, IReadOnlyList<Balance> before, IReadOnlyList<Balance> after)
    {
        narrator.Title("Balances on the chain");
        narrator.Write(Row("", "KBOND before", "KBOND after", "USDC before", "USDC after"));
        foreach ((Balance was, Balance has) in before.Zip(after))
            narrator.Write(Row(was.Name, Bonds(was.Bonds), Bonds(has.Bonds), Cash(was.Cash), Cash(has.Cash)));

        string Bonds(UInt256 amount) => Narrator.Amount(amount, book.Bond.Decimals);

        string Cash(UInt256 amount) => Narrator.Amount(amount, book.Cash.Decimals);
    }

    static string Row(string name, string a, string b, string c, string d) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-8}{a,16}{b,16}{c,18}{d,18}");
}
