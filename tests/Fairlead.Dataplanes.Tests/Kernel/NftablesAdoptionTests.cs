using System.Diagnostics;
using Fairlead.Api.Discovery.V1;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux.Nftables;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>What a data plane finds in the kernel when it starts, or when it looks again. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class NftablesAdoptionTests(Lab lab)
{
    // More endpoints than a map is read with.
    const int Services = 220, Endpoints = 100;

    // To read the kernel's map of this size takes seconds; to write it, some tenths of one.
    [Fact]
    public void ALargeTableOfAnEarlierAgentIsBroughtUpToDate() => OnNode(() =>
    {
        var (before, after) = (Table(gone: 7), Table(gone: 8));
        using (var earlier = new NftablesDataplane()) earlier.Converge(before);
        using var plane = new NftablesDataplane();

        var changed = plane.Converge(after);

        Assert.True(changed >= Endpoints, $"{changed} things changed");
        Assert.Equal(Fresh(after), Held());
        Assert.Equal(0, plane.Converge(after));
    });

    [Fact]
    public void WhatNobodyTouchedIsNotReadAgain() => OnNode(() =>
    {
        var (table, same) = (Table(gone: 7), Table(gone: 7));
        using var plane = new NftablesDataplane();
        plane.Converge(table);
        var reading = Stopwatch.StartNew();
        Held();
        reading.Stop();
        var looking = Stopwatch.StartNew();

        for (var i = 0; i < 5; i++) Assert.Equal(0, plane.Converge(same));

        Assert.True(looking.Elapsed < reading.Elapsed, $"5 looks took {looking.Elapsed}, to read the kernel's maps once {reading.Elapsed}");
    });

    [Fact]
    public void WhatSomebodyElseTookAwayComesBack() => OnNode(() =>
    {
        var table = Table(gone: 7);
        using var plane = new NftablesDataplane();
        plane.Converge(table);
        using var sets = new NftSets(NftSets.IPv4, "fairlead");
        var victims = sets.Read(RuleMap.Services)[..3];
        sets.Change(victims, []);

        Assert.True(plane.Converge(table) >= victims.Count);

        Assert.Equal(Fresh(table), Held());
    });

    [Fact]
    public void ATableOfAnotherNodeStateNeedsNoReadingEither() => OnNode(() =>
    {
        var (before, after) = (Table(gone: 7), Table(gone: 7) with { LocalhostNodePorts = true, NodePortAddresses = [LabPlan.Node(1, false)] });
        using var plane = new NftablesDataplane();
        plane.Converge(before);

        // The two addresses on which node ports answer, and nothing else.
        Assert.Equal(2, plane.Converge(after));

        Assert.Equal(Fresh(after), Held());
    });

    void OnNode(Action test)
    {
        lab.Clear();
        lab.Node(1).Run(() =>
        {
            try
            {
                test();
            }
            finally
            {
                using var plane = new NftablesDataplane();
                plane.Remove();
            }
        });
    }

    static NodeTable Table(int gone)
    {
        var snapshot = new ClusterSnapshot { PodRanges = LabPlan.PodRanges };
        foreach (var i in Enumerable.Range(0, Services).Where(i => i != gone))
        {
            snapshot = snapshot.With(Service($"s{i}", new() { ClusterIP = $"10.98.{i / 250}.{i % 250 + 1}", Ports = Ports(80) }))
                .With(Slice($"s{i}", false, [.. Enumerable.Range(i * Endpoints, Endpoints).Select(n => Endpoint($"10.{130 + n / 62500}.{n / 250 % 250}.{n % 250 + 1}"))]));
        }
        return ServiceResolver.Resolve(snapshot, "n1");
    }

    static Endpoint Endpoint(string address) => new() { Addresses = [address], NodeName = "n2", Conditions = new() { Ready = true } };

    static HashSet<NftElement> Fresh(NodeTable table) => [.. NftablesRules.Render(table, NftFamily.IPv4).Elements.Select(e => e.ToKernel())];

    static HashSet<NftElement> Held()
    {
        using var sets = new NftSets(NftSets.IPv4, "fairlead");
        return [.. RuleMap.Rendered.SelectMany(sets.Read)];
    }
}
