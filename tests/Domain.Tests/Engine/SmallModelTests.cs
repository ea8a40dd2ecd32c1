using System.Collections.Concurrent;
using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Domain.Tests.Engine;

/// <summary>
/// Every world of two parties and two legs: all orders of answers, screenings, decisions, deposits, withdrawals, strangers, deadlines, finality
/// and reorgs, up to a bound. The engine is asked after each step, as the keeper asks it.
/// </summary>
/// <param name="output">Where the number of worlds goes.</param>
/// <param name="template">Template of the settlement.</param>
/// <param name="fewer">Blocks by which the bound is lower, where the template alone makes more worlds.</param>
public abstract class SmallModelTests(ITestOutputHelper output, Template template, int fewer = 0)
{
    // One block each: Register, deposits 0 1, withdrawals a b, eXecute, Cancel, refunds f g, Time past the deadline, Empty.
    const int FirstBlock = 10, SettleDepth = 1;
    // Stands for the number of states come through, which only grows: a round is of this stay in a state, or it is not.
    const int ThisVisit = 100;
    readonly int _maxBlocks = (Environment.GetEnvironmentVariable("KEYSTONE_TEST_DEEP") == "1" ? 7 : 5) - fewer;
    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly ulong Deadline = Terms.Header.Deadline.Seconds;
    static readonly DateTimeOffset TimeoutAt = DateTimeOffset.FromUnixTimeSeconds((long)Deadline);
    static readonly Party Seller = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "seller", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly ScreeningLayer[] Layers = Enum.GetValues<ScreeningLayer>();
    static readonly ConcurrentDictionary<string, EscrowSnapshot?> Folded = new(StringComparer.Ordinal);
    static readonly Party Buyer = Seller with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "buyer" };

    /// <summary>The world and the settlement in it.</summary>
    /// <param name="Blocks">Canonical blocks.</param>
    /// <param name="Final">How many of them are final.</param>
    /// <param name="Answer">Of the counterparty: <c>c</c>onfirmed, <c>r</c>ejected, <c>-</c> none.</param>
    /// <param name="Screened"><c>p</c>assed, <c>f</c>ailed, <c>?</c> flagged, <c>-</c> not yet.</param>
    /// <param name="Decided"><c>y</c>es, <c>n</c>o, <c>-</c> not yet.</param>
    /// <param name="Ordered">An operator ordered the end.</param>
    /// <param name="Late">The service clock is past the timeout.</param>
    /// <param name="State">State of the settlement.</param>
    /// <param name="Frozen">Its terms are frozen.</param>
    /// <param name="Back">Why it is being rolled back.</param>
    /// <param name="Closed">At its end.</param>
    /// <param name="Refused">The chain refuses to publish its terms for us.</param>
    /// <param name="Asked">The parties were screened, or are being, in this stay in the state.</param>
    /// <param name="Done">Of the platform's own step: <c>y</c> completed, <c>n</c> failed, <c>-</c> no result.</param>
    sealed record World(
        string Blocks, int Final, char Answer, char Screened, char Decided, bool Ordered, bool Late, string State, bool Frozen, FailureCode? Back, bool Closed, bool Refused,
        bool Asked, char Done);

    [Fact]
    public void No_order_of_events_makes_an_illegal_move_or_a_dead_end()
    {
        bool cross = template.Actions.ContainsValue(ActionType.AwaitConfirmation);
        World first = Run(template, new World("", 0, cross ? '-' : 'c', '-', '-', false, false, template.InitialState, false, null, false, false, false, '-'), out _);
        HashSet<World> known = [first];
        Queue<World> open = new([first]);
        HashSet<string> moves = new(StringComparer.Ordinal);
        Dictionary<World, int> ways = [];
        while (open.TryDequeue(out World? world))
        {
            if (!Ends(template, world, ways)) Assert.Fail($"Dead end: {world}");
            foreach (World next in After(world))
            {
                if (world.Closed) break;
                World settled = Run(template, next, out ImmutableArray<Transition> transitions);
                foreach (Transition move in transitions) moves.Add($"{move.From} > {move.To} by {move.Trigger}");
                if (known.Add(settled)) open.Enqueue(settled);
            }
        }
        output.WriteLine($"{known.Count} worlds, {moves.Count} kinds of moves:\n{string.Join('\n', moves.Order(StringComparer.Ordinal))}");
        // Every row of the table is reached, else the bound is too small to show anything.
        string[] expected =
        [
            "COMPLIANCE_CHECKING > ROLLED_BACK by Compliance", "COMPLIANCE_CHECKING > ROLLED_BACK by Timer", "COMPLIANCE_CHECKING > ROLLED_BACK by Admin",
            "REGISTERING_ESCROW > AWAITING_DEPOSITS by Chain", "AWAITING_DEPOSITS > EXECUTING_SWAP by Chain", "EXECUTING_SWAP > SETTLED by Chain",
            "SETTLED > FINALIZED by Chain", "SETTLED > EXECUTING_SWAP by Reorg", "SETTLED > AWAITING_DEPOSITS by Reorg", "SETTLED > REGISTERING_ESCROW by Reorg",
            "EXECUTING_SWAP > AWAITING_DEPOSITS by Reorg", "AWAITING_DEPOSITS > REGISTERING_ESCROW by Reorg", "EXECUTING_SWAP > REGISTERING_ESCROW by Reorg",
            "REGISTERING_ESCROW > ROLLED_BACK by Timer", "AWAITING_DEPOSITS > ROLLED_BACK by Timer", "EXECUTING_SWAP > ROLLED_BACK by Timer",
            "AWAITING_DEPOSITS > ROLLED_BACK by Chain", "AWAITING_DEPOSITS > ROLLED_BACK by Admin",
            .. cross ? (string[])["AWAITING_CONFIRMATION > COMPLIANCE_CHECKING by Answer", "AWAITING_CONFIRMATION > ROLLED_BACK by Answer", "AWAITING_CONFIRMATION > ROLLED_BACK by Timer"] : [],
            .. Own(template) is { } step ? (string[])[$"{step} > REGISTERING_ESCROW by Answer", $"{step} > ROLLED_BACK by Answer", $"{step} > ROLLED_BACK by Timer", $"{step} > ROLLED_BACK by Admin"] : [],
            .. template.RecheckAtStates.Select(state => $"{state} > ROLLED_BACK by Compliance"),
        ];
        Assert.Empty(expected.Except(moves));
    }

    /// <summary>The engine to its fixed point; every transition is checked.</summary>
    static World Run(Template template, World world, out ImmutableArray<Transition> transitions)
    {
        transitions = [];
        for (int i = 0; i < 20; i++)
        {
            if (world.Closed) return world;
            Decision decision = Ask(template, world);
            foreach (Transition move in decision.Transitions) Check(template, world, move);
            transitions = transitions.AddRange(decision.Transitions);
            bool freezes = decision.Commands.Any(command => command is Command.FreezeTerms) && !decision.Close;
            World next = world with { State = decision.State, Back = decision.Rollback?.Reason, Closed = decision.Close, Frozen = world.Frozen || freezes };
            CheckScreening(template, world, decision);
            // Nothing becomes public, and no step is asked for twice, before the platform has done its own.
            if (Own(template) is not null && world.Done != 'y') Assert.DoesNotContain(decision.Commands, command => command is Command.FreezeTerms);
            if (world.Done != '-' && decision.Commands.Any(command => command is Command.Act)) Assert.Fail($"Asked again: {world}");
            bool asks = decision.Commands.Any(command => command is Command.Screen screen && screen.Round == RoundIn(template, decision));
            if (asks) next = next with { Asked = true, Screened = '-', Decided = '-' };
            else if (!decision.Transitions.IsEmpty) next = next with { Asked = false };
            if (decision.Close) CheckEnd(template, next);
            if (next == world) return world;
            world = next;
        }
        throw new InvalidOperationException($"No fixed point: {world}");
    }

    static int RoundIn(Template template, Decision decision) => template.ActionOf(decision.State) == ActionType.ComplianceCheck ? SettlementEngine.FirstRound : ThisVisit + decision.Transitions.Length;

    /// <summary>Where the parties are to be screened again, nothing goes forward by us before all is clear.</summary>
    static void CheckScreening(Template template, World world, Decision decision)
    {
        if (!template.RecheckAtStates.Contains(decision.State)) return;
        bool clear = world.Asked && decision.Transitions.IsEmpty && (world.Screened == 'p' || world is { Screened: '?', Decided: 'y' });
        bool forward = decision.Commands.Any(command => command is Command.FreezeTerms or Command.Act or Command.Want { Action: EscrowAction.Register or EscrowAction.ExecuteSwap });
        if (!clear && forward) Assert.Fail($"Went forward unscreened: {world}");
    }

    static void Check(Template template, World world, Transition move)
    {
        if (move.Trigger == Trigger.Reorg)
        {
            // A retreat goes to a state before, never out of an end.
            List<string> way = [];
            for (string at = template.InitialState; !template.IsEnd(at); at = template.After(at)) way.Add(at);
            if (way.IndexOf(move.To) < 0 || way.IndexOf(move.To) >= way.IndexOf(move.From)) Assert.Fail($"{move} in {world}");
        }
        else if (!template.Transitions[move.From].Contains(move.To)) Assert.Fail($"{move} in {world}");
    }

    static void CheckEnd(Template template, World world)
    {
        EscrowSnapshot? escrow = Fold(world.Blocks);
        EscrowSnapshot? final = Fold(world.Blocks[..world.Final]);
        if (world.State == template.SuccessState)
        {
            if (final?.State != EscrowState.Executed) Assert.Fail($"Success that a reorg can take back: {world}");
            return;
        }
        if (escrow?.State == EscrowState.Executed) Assert.Fail($"Failure after a swap: {world}");
        if (escrow is not null && escrow.Legs.Any(leg => leg.Status == LegStatus.Deposited)) Assert.Fail($"Failure with a deposit held: {world}");
        // What nobody knew of cannot happen any more; what was public is closed for good.
        if (world.Frozen && final?.State != EscrowState.Cancelled && !world.Blocks[..world.Final].Contains('T', StringComparison.Ordinal)) Assert.Fail($"Failure while a deposit may still come: {world}");
    }

    /// <summary>What the world may do next.</summary>
    IEnumerable<World> After(World world)
    {
        if (world.Answer == '-')
        {
            yield return world with { Answer = 'c' };
            yield return world with { Answer = 'r' };
        }
        if (world is { Asked: true, Screened: '-' })
            foreach (char answer in "pf?")
                yield return world with { Screened = answer };
        if (world is { Asked: true, Screened: '?', Decided: '-' })
        {
            yield return world with { Decided = 'y' };
            yield return world with { Decided = 'n' };
        }
        // Only what was asked for is reported, and one result is taken.
        if (Own(template) is not null && world.Done == '-' && !world.Closed && Ask(template, world).Commands.Any(command => command is Command.Act))
        {
            yield return world with { Done = 'y' };
            yield return world with { Done = 'n' };
        }
        if (!world.Ordered) yield return world with { Ordered = true };
        if (world is { Frozen: true, Refused: false } && Fold(world.Blocks) is null) yield return world with { Refused = true };
        if (!world.Late) yield return world with { Late = true };
        if (world.Final < world.Blocks.Length) yield return world with { Final = world.Blocks.Length };
        for (int keep = world.Final; keep < world.Blocks.Length; keep++) yield return world with { Blocks = world.Blocks[..keep] };
        if (world.Blocks.Length == _maxBlocks) yield break;
        foreach (char block in "E01abXRCfgT")
            if (IsPossible(world, block)) yield return world with { Blocks = world.Blocks + block };
    }

    // What the contract allows, whoever asks: all of it needs the terms, and only their freezing lets them out.
    static bool IsPossible(World world, char block)
    {
        EscrowSnapshot? escrow = Fold(world.Blocks);
        bool past = world.Blocks.Contains('T', StringComparison.Ordinal), open = escrow?.State == EscrowState.Open;
        LegStatus Leg(int i) => escrow?.Legs[i].Status ?? LegStatus.Pending;
        bool full = Leg(0) == LegStatus.Deposited && Leg(1) == LegStatus.Deposited;
        return block switch
        {
            'E' => !world.Blocks.EndsWith("EE", StringComparison.Ordinal),
            'T' => !past,
            _ when !world.Frozen => false,
            'R' => !past && escrow is null,
            '0' or '1' => !past && (escrow is null || open) && Leg(block - '0') != LegStatus.Deposited,
            'a' or 'b' => !past && open && !full && Leg(block - 'a') == LegStatus.Deposited,
            'X' => !past && open && full,
            'C' => !past && (escrow is null || open),
            'f' or 'g' => (escrow?.State == EscrowState.Cancelled || (open && past)) && Leg(block - 'f') == LegStatus.Deposited,
            _ => false,
        };
    }

    // The same few blocks are asked for in all worlds.
    static EscrowSnapshot? Fold(string blocks) => Folded.GetOrAdd(blocks, FoldAnew);

    static EscrowSnapshot? FoldAnew(string blocks)
    {
        EscrowState state = EscrowState.None;
        long? executed = null, cancelled = null;
        LegSnapshot[] legs = [Escrows.Leg(LegStatus.Pending, null), Escrows.Leg(LegStatus.Pending, null)];
        for (int i = 0; i < blocks.Length; i++)
        {
            long number = FirstBlock + i;
            switch (blocks[i])
            {
                case 'R': state = EscrowState.Open; break;
                case '0' or '1':
                    state = EscrowState.Open;
                    legs[blocks[i] - '0'] = Escrows.Leg(LegStatus.Deposited, number);
                    break;
                case 'a' or 'b': legs[blocks[i] - 'a'] = Escrows.Leg(LegStatus.Withdrawn, number); break;
                case 'X':
                    (state, executed) = (EscrowState.Executed, number);
                    legs = [Escrows.Leg(LegStatus.Released, number), Escrows.Leg(LegStatus.Released, number)];
                    break;
                case 'C': (state, cancelled) = (EscrowState.Cancelled, number); break;
                case 'f' or 'g': legs[blocks[i] - 'f'] = Escrows.Leg(LegStatus.Refunded, number); break;
            }
        }
        return state == EscrowState.None ? null : Escrows.At(state, executed, cancelled, [.. legs]);
    }

    static Decision Ask(Template template, World world)
    {
        ulong TimeOf(string blocks) => blocks.Contains('T', StringComparison.Ordinal) ? Deadline + 1 : Deadline - 1_000;
        ChainFacts chain = Escrows.Facts(FirstBlock + world.Blocks.Length - 1, TimeOf(world.Blocks), FirstBlock + world.Final - 1, TimeOf(world.Blocks[..world.Final]), SettleDepth,
            halted: false, Fold(world.Blocks));
        ImmutableArray<Party> parties =
        [
            Seller, Buyer with { Status = world.Answer switch { 'c' => PartyStatus.Confirmed, 'r' => PartyStatus.Rejected, _ => PartyStatus.PendingConfirmation } },
        ];
        ScreeningStatus status = world.Screened switch { 'p' => ScreeningStatus.Pass, 'f' => ScreeningStatus.Fail, '?' => ScreeningStatus.Flagged, _ => ScreeningStatus.Pending };
        ImmutableArray<ScreeningResult> screenings = !world.Asked ? [] : [.. from party in parties from layer in Layers select new ScreeningResult(party.Id, layer, status)];
        SettlementSnapshot snapshot = new(Guid.Empty, world.State, parties, TimeoutAt, TimeoutAt, world.Frozen ? Terms : null,
            world.Back is { } reason ? new RollbackInProgress(reason, TimeoutAt) : null, world.Closed)
        { Visited = ThisVisit };
        int round = !world.Asked ? 0 : template.ActionOf(world.State) == ActionType.ComplianceCheck ? SettlementEngine.FirstRound : ThisVisit;
        DateTimeOffset now = world.Late ? TimeoutAt : TimeoutAt.AddHours(-1);
        return SettlementEngine.Decide(snapshot, template, new Facts(now, chain, screenings, world.Decided switch { 'y' => true, 'n' => false, _ => null }, world.Ordered, RefusedRegistration: world.Refused, Round: round)
        { ActionResults = world.Done == '-' || Own(template) is not { } step ? ImmutableDictionary<string, bool>.Empty : ImmutableDictionary<string, bool>.Empty.Add(step, world.Done == 'y') });
    }

    // State of the platform's own step; null where the template has none.
    static string? Own(Template template) => template.Actions.FirstOrDefault(one => one.Value == ActionType.External).Key;

    /// <summary>From here a world that only goes on, with the keeper doing what was wanted, comes to an end.</summary>
    /// <param name="template">Template of the settlement.</param>
    /// <param name="world">Where it begins.</param>
    /// <param name="ways">Worlds that were seen to end, with their number of steps: most worlds go on as one before them.</param>
    static bool Ends(Template template, World world, Dictionary<World, int> ways)
    {
        const int most = 12;
        List<World> come = [];
        world = world with { Late = true };
        int rest;
        while (!ways.TryGetValue(world, out rest))
        {
            if (come.Count == most) return false;
            come.Add(world);
            world = Run(template, world, out _);
            if (world.Closed) break;
            foreach (Command.Want want in Ask(template, world).Commands.OfType<Command.Want>())
            {
                char block = want.Action switch { EscrowAction.Register => 'R', EscrowAction.ExecuteSwap => 'X', EscrowAction.Cancel => 'C', _ => (char)('f' + want.Leg) };
                if (IsPossible(world, block) && !(world.Refused && block == 'R')) world = world with { Blocks = world.Blocks + block };
            }
            if (!world.Blocks.Contains('T', StringComparison.Ordinal)) world = world with { Blocks = world.Blocks + "T" };
            world = world with { Blocks = world.Blocks + "EE", Final = world.Blocks.Length + 2 };
        }
        if (rest + come.Count > most) return false;
        for (int i = 0; i < come.Count; i++) ways.TryAdd(come[i], rest + come.Count - i);
        return true;
    }
}

/// <summary>With the template of one platform; beside the other class, because classes run side by side.</summary>
public sealed class SinglePlatformModelTests(ITestOutputHelper output) : SmallModelTests(output, BuiltInTemplates.Single);

/// <summary>With the template of two platforms.</summary>
public sealed class CrossPlatformModelTests(ITestOutputHelper output) : SmallModelTests(output, BuiltInTemplates.CrossPlatform);

/// <summary>With a gate, and the parties screened again before the terms are published and before the swap.</summary>
public sealed class GatedModelTests(ITestOutputHelper output)
    : SmallModelTests(output, GatedTemplate.With(Keystone.Ethereum.Address.Parse("0x00000000000000000000000000000000000000aa"), "COMPLIANCE_CLEARED", "EXECUTING_SWAP"), fewer: 1);

/// <summary>With a step that the platform does in systems of its own before the terms are published.</summary>
public sealed class ExternalActionModelTests(ITestOutputHelper output) : SmallModelTests(output, ExternalTemplate.With("LOCKING_ASSETS"), fewer: 1);

/// <summary>With such a step in a state in which the parties are screened again.</summary>
public sealed class ScreenedExternalActionModelTests(ITestOutputHelper output)
    : SmallModelTests(output, ExternalTemplate.With("LOCKING_ASSETS") with { RecheckAtStates = ["LOCKING_ASSETS"] }, fewer: 1);
