using System.Diagnostics;

namespace Fairlead.Cni.Tests;

/// <summary>Many plug-in processes at once, and plug-in processes killed at random moments.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    const int Together = 30, Kills = 40;

    [Fact]
    public async Task Thirty_at_once_get_thirty_addresses()
    {
        using var node = new Node();
        var pod = node.Pod();
        var plugins = Enumerable.Range(0, Together).Select(i => node.Start("ADD", "c", pod.Path, $"e{i}")).ToList();
        var results = await Task.WhenAll(plugins.Select(p => p.EndAsync()));
        plugins.ForEach(p => p.Dispose());
        Assert.Equal(Together, results.Select(r => r.Good().Address).Distinct().Count());
        Assert.Equal(results.Select(r => r.Address).Order(), node.Addresses.Keys.Order());
        Assert.Equal(Together, node.Links.Count);
    }

    [Fact]
    public async Task No_address_is_given_twice_whenever_a_process_is_killed()
    {
        using var node = new Node();
        var pod = node.Pod();
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var given = new Dictionary<string, string> { ["e"] = (await node.RunAsync("ADD", "c", pod.Path, "e")).Good().Address };
        double usual = clock.ElapsedMilliseconds;
        var killed = 0;
        for (var round = 0; killed < Kills && round < 4 * Kills; round++)
        {
            // Mostly ADD; now and then the DEL of one that was given, whose state is then open until GC.
            var delete = round % 4 == 3 && given.Count > 3;
            var name = delete ? given.Keys.ElementAt(random.Next(given.Count)) : $"e{round}";
            if (delete) given.Remove(name);
            using var plugin = node.Start(delete ? "DEL" : "ADD", "c", pod.Path, name);
            // Late in its life is where it does something; how long that is changes with the machine's load.
            await Task.Delay((int)(usual * (0.4 + 0.6 * random.NextDouble())));
            var success = await plugin.KillAsync();
            usual *= success is null ? 1.03 : 0.95;
            if (success is null) killed++;
            else if (!delete) given.Add(name, success.Address);
            Assert.Equal(given.Count, given.Values.Distinct().Count());
            foreach (var (owner, address) in given) Assert.Equal($"c {owner}", node.Addresses[address]);
            if (round % 4 != 2 || given.ContainsKey(name)) continue;
            (await node.RunAsync("DEL", "c", pod.Path, name)).Good();
            Assert.DoesNotContain($"c {name}", node.Addresses.Values);
        }
        output.WriteLine($"{killed} killed in time, {given.Count} given, {node.Addresses.Count - given.Count} leaked");
        Assert.Equal(Kills, killed);

        (await node.GarbageAsync(given.Keys.Select(name => ("c", name)))).Good();
        Assert.Equal(given.Values.Order(), node.Addresses.Keys.Order());
        Assert.Equal(given.Count, node.Links.Count);
        foreach (var name in given.Keys) (await node.RunAsync("CHECK", "c", pod.Path, name)).Good();
        (await node.GarbageAsync([])).Good();
        Assert.Empty(node.Links);
        Assert.Equal(["last", "lock"], Directory.GetFiles(node.DataDir).Select(Path.GetFileName).Where(f => f != "draft").Order());
    }
}
