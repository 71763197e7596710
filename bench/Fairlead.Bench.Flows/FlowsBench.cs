using System.Diagnostics;
using System.Globalization;
using System.Net;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Tests;

namespace Fairlead.Bench.Flows;

/// <summary>How long it takes to end the flows of a UDP frontend that an endpoint which went answered, among many that live.</summary>
sealed class FlowsBench(int flows, int stale)
{
    const int Rounds = 5;
    const byte Udp = 17;
    const ushort Port = 53;
    const uint StaleSource = 0x0a010000, Stranger = 0x0a100000, Frontend = 0x0a600001, Gone = 0x0af40001, Alive = 0x0af40002;

    readonly string name = $"flows-bench-{Environment.ProcessId}";
    bool ipv6;

    /// <summary>Prints a table; the kernel's own is filled once for each family.</summary>
    public void Run()
    {
        Console.WriteLine($"| {flows:N0} UDP flows of one frontend, {stale:N0} of them cleared | ms, median of {Rounds} (least, most) | managed KB |\n| --- | --- | --- |");
        foreach (var family in (bool[])[false, true])
        {
            ipv6 = family;
            using var space = NetworkNamespace.Create(name);
            try
            {
                space.Run(Measure);
            }
            finally
            {
                NetworkNamespace.Delete(name);
            }
        }
    }

    void Measure()
    {
        using var table = new ConntrackTable();
        using var filler = new FlowFiller();
        for (var i = 0u; i < flows - stale; i++) filler.Add(ipv6, Udp, Stranger + i, Frontend, Port, Alive);
        if (filler.Finish() is > 0 and var refused) throw new InvalidOperationException($"{refused:N0} flows did not fit: net.netfilter.nf_conntrack_max is too low");
        var (family, gone) = ((byte)(ipv6 ? 10 : 2), FlowFiller.Address(ipv6, Gone));
        Print("Fairlead: what the endpoint answered", Measure(filler, () => table.Remove(family, _ => true, new FlowFilter(Udp) { ReplySource = gone, ReplySourcePort = Port })));
        Print("Fairlead: all of UDP looked at", Measure(filler, () => table.Remove(family, f => f.ReplySource.SequenceEqual(gone), new FlowFilter(Udp))));
        Print("conntrack -D", Measure(filler, ConntrackTool));
    }

    List<(double Milliseconds, double Kilobytes)> Measure(FlowFiller filler, Func<int> clear) => [.. Enumerable.Range(0, Rounds).Select(_ =>
    {
        for (var i = 0u; i < stale; i++) filler.Add(ipv6, Udp, StaleSource + i, Frontend, Port, Gone);
        if (filler.Finish() != 0) throw new InvalidOperationException("the flows to be cleared did not fit");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var cleared = clear();
        if (cleared != stale) throw new InvalidOperationException($"{cleared} of {stale} flows were cleared");
        return (watch.Elapsed.TotalMilliseconds, (GC.GetAllocatedBytesForCurrentThread() - before) / 1e3);
    })];

    // The child has the namespace of the thread that starts it.
    int ConntrackTool()
    {
        var (frontend, gone) = (new IPAddress(FlowFiller.Address(ipv6, Frontend)), new IPAddress(FlowFiller.Address(ipv6, Gone)));
        using var process = Process.Start(new ProcessStartInfo("conntrack", $"-D -f {(ipv6 ? "ipv6" : "ipv4")} -p udp --orig-dst {frontend} --reply-src {gone}") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Count(c => c == '\n');
        process.WaitForExit();
        return process.ExitCode == 0 ? lines : throw new InvalidOperationException(errors.Result);
    }

    void Print(string what, List<(double Milliseconds, double Kilobytes)> rounds)
    {
        var times = rounds.Select(r => r.Milliseconds).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {(ipv6 ? "IPv6" : "IPv4")}, {what} | {times[Rounds / 2]:F0} ({times[0]:F0}, {times[^1]:F0}) | {rounds.Max(r => r.Kilobytes):F0} |"));
    }
}
