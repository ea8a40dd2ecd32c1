using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Ethereum.Proofs;
using Xunit.Abstractions;

namespace Keystone.Ethereum.Nodes.Tests;

/// <summary>Headers on both sides of the Amsterdam fork, as nodes answer them: tests/vectors/amsterdam.json.</summary>
public sealed class AmsterdamHeaderTests(ITestOutputHelper output)
{
    static readonly JsonNode[] Vectors =
        [.. JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "amsterdam.json")))!["headers"]!.AsArray().Select(vector => vector!)];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Vectors.Length)];

    public static TheoryData<int> Amsterdam => [.. Enumerable.Range(0, Vectors.Length).Where(i => Vectors[i]["block"]!["slotNumber"] is not null)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_header_has_the_hash_that_its_node_gives(int vector)
    {
        BlockHeader header = Read(Vectors[vector]["block"]!);
        Assert.Equal(header.Hash, HeaderCodec.HashOf(header));
        Assert.Empty(header.Fields!.UnknownMembers);
    }

    [Theory]
    [MemberData(nameof(Amsterdam))]
    public void Without_either_field_it_has_another_hash_or_none(int vector)
    {
        JsonNode block = Vectors[vector]["block"]!;
        BlockHeader whole = Read(block);
        BlockHeader neither = Read(Without(block, "blockAccessListHash", "slotNumber"));
        Assert.NotEqual(whole.Hash, HeaderCodec.HashOf(neither));
        if (Vectors[vector]["without"]?.GetValue<string>() is { } known) Assert.Equal(known, HeaderCodec.HashOf(neither).ToString());
        Assert.NotEqual(whole.Hash, HeaderCodec.HashOf(Read(Without(block, "slotNumber"))));
        Assert.Throws<FormatException>(() => HeaderCodec.HashOf(Read(Without(block, "blockAccessListHash"))));
        Assert.Throws<FormatException>(() => HeaderCodec.HashOf(Read(Without(block, "requestsHash"))));
    }

    [Fact]
    public void A_list_hash_keeps_the_zero_that_it_begins_with_and_slot_0_is_the_empty_string()
    {
        JsonNode vector = Vectors.Single(vector => vector["asInteger"] is not null);
        BlockHeader header = Read(vector["block"]!);
        Assert.Equal(0UL, header.Fields!.SlotNumber);
        Assert.Equal(header.Hash, HeaderCodec.HashOf(header));
        Assert.NotEqual(vector["asInteger"]!.GetValue<string>(), HeaderCodec.HashOf(header).ToString());
        // Slot 0 is a slot: without it the list has one item less.
        Assert.NotEqual(header.Hash, HeaderCodec.HashOf(header with { Fields = header.Fields with { SlotNumber = null } }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_field_that_is_null_is_as_one_that_is_missing(int vector)
    {
        JsonObject block = Without(Vectors[vector]["block"]!, "blockAccessListHash", "slotNumber");
        Hash32? missing = HeaderCodec.HashOf(Read(block));
        block["blockAccessListHash"] = null;
        block["slotNumber"] = null;
        block["rootOfALaterFork"] = null;
        BlockHeader header = Read(block);
        Assert.Equal(missing, HeaderCodec.HashOf(header));
        Assert.Empty(header.Fields!.UnknownMembers);
    }

    [Fact]
    public void Members_that_no_known_fork_has_are_named_and_change_no_hash()
    {
        JsonObject block = Without(Vectors[0]["block"]!);
        block["inventedRoot"] = Hash32.Zero.ToString();
        block["totalDifficulty"] = "0x0";
        block["sendCount"] = new JsonObject { ["deep"] = 1 };
        block["\u001b[31m\"rm\n" + new string('x', 100)] = true;
        BlockHeader header = Read(block);
        Assert.Equal<string>(["inventedRoot", "sendCount", "??31m?rm?" + new string('x', 31)], header.Fields!.UnknownMembers);
        Assert.Equal(header.Hash, HeaderCodec.HashOf(header));
    }

    [Fact]
    public void Of_very_many_unknown_members_eight_are_named()
    {
        JsonObject block = Without(Vectors[0]["block"]!);
        for (int i = 0; i < 10_000; i++) block[$"m{i}"] = i;
        Assert.Equal<string>(["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"], Read(block).Fields!.UnknownMembers);
    }

    // Behind finality every header of a range is read and hashed: 2,000 at a time, most of them of blocks that hold nothing of ours.
    [Fact]
    public void Reading_a_header_costs_what_is_kept_of_it_and_hashing_it_nothing()
    {
        using JsonDocument document = JsonDocument.Parse(Vectors[0]["block"]!.ToJsonString());
        BlockHeader header = RpcValue.Header(document.RootElement)!;
        Assert.Equal(header.Hash, HeaderCodec.HashOf(header));
        long read = Allocated(() => RpcValue.Header(document.RootElement)), hashed = Allocated(() => HeaderCodec.HashOf(header));
        output.WriteLine($"{read} bytes to read a header, {hashed} to hash it");
        Assert.InRange(read, 0, 2_000);
        Assert.Equal(0, hashed);
    }

    static long Allocated<T>(Func<T> work)
    {
        const int Times = 200;
        work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        T last = default!;
        for (int i = 0; i < Times; i++) last = work();
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
        Assert.NotNull(last);
        return each;
    }

    static JsonObject Without(JsonNode block, params string[] names)
    {
        JsonObject copy = block.DeepClone().AsObject();
        foreach (string name in names) copy.Remove(name);
        return copy;
    }

    static BlockHeader Read(JsonNode block)
    {
        using JsonDocument document = JsonDocument.Parse(block.ToJsonString());
        return RpcValue.Header(document.RootElement)!;
    }
}
