using System.Diagnostics;
using System.Globalization;
using System.Net;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Tests;

namespace Fairlead.Bench.Flows;

/// <summary>How long it takes to end the flows of a UDP frontend that an endpoint which went answered, among many that live.</summary>
sealed class FlowsBench(int flows, int stale) : IDisposable
{
    const int Rounds = 5;
    const byte Udp = 17, IPv4 = 2;
    const uint StaleSource = 0x0a010000, Stranger = 0x0a100000, Frontend = 0x0a600001, Gone = 0x0af40001, Alive = 0x0af40002;

    readonly string name = $"flows-bench-{Environment.ProcessId}";

    public void Run()
    {
        using var space = NetworkNamespace.Create(name);
        space.Run(() =>
        {
            using var table = new ConntrackTable();
            using var filler = new FlowFiller();
            for (var i = 0u; i < flows - stale; i++) filler.Add(false, Udp, Stranger + i, Frontend, 53, Alive);
            var refused = filler.Finish();
            if (refused > 0) Console.WriteLine($"{refused:N0} flows did not fit: net.netfilter.nf_conntrack_max is too low.\n");
            var gone = FlowFiller.Address(false, Gone);
            Console.WriteLine($"| {flows - refused:N0} UDP flows of one frontend | {stale:N0} of them cleared, ms (median of {Rounds}) | managed KB |\n| --- | --- | --- |");
            Print("Fairlead, which looks at what the endpoint answered", Measure(filler, () => table.Remove(IPv4, _ => true, new FlowFilter(Udp) { ReplySource = gone, ReplySourcePort = 53 })));
            Print("Fairlead, which looks at all of UDP", Measure(filler, () => table.Remove(IPv4, f => f.ReplySource.SequenceEqual(gone), new FlowFilter(Udp))));
            Print("conntrack -D", Measure(filler, ConntrackTool));
        });
    }

    List<(double Milliseconds, double Kilobytes)> Measure(FlowFiller filler, Func<int> clear) => [.. Enumerable.Range(0, Rounds).Select(_ =>
    {
        for (var i = 0u; i < stale; i++) filler.Add(false, Udp, StaleSource + i, Frontend, 53, Gone);
        var refused = filler.Finish();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var cleared = clear();
        if (cleared != stale - refused) throw new InvalidOperationException($"{cleared} of {stale - refused} flows were cleared");
        return (watch.Elapsed.TotalMilliseconds, (GC.GetAllocatedBytesForCurrentThread() - before) / 1e3);
    })];

    // The child has the namespace of the thread that starts it.
    static int ConntrackTool()
    {
        var (frontend, gone) = (new IPAddress(FlowFiller.Address(false, Frontend)), new IPAddress(FlowFiller.Address(false, Gone)));
        using var process = Process.Start(new ProcessStartInfo("conntrack", $"-D -p udp --orig-dst {frontend} --reply-src {gone}") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Count(c => c == '\n');
        process.WaitForExit();
        return process.ExitCode == 0 ? lines : throw new InvalidOperationException(errors.Result);
    }

    static void Print(string what, List<(double Milliseconds, double Kilobytes)> rounds) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {rounds.Select(r => r.Milliseconds).Order().ElementAt(Rounds / 2):F0} | {rounds.Select(r => r.Kilobytes).Order().ElementAt(Rounds / 2):F0} |"));

    public void Dispose() => NetworkNamespace.Delete(name);
}
