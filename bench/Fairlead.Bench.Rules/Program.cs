using System.Globalization;
using Fairlead.Bench.Rules;

// fairlead-bench-rules [MODE,… [SERVICESxENDPOINTS…]]    needs root; makes two network namespaces, for mode ebpf a cgroup, and removes them
string[] modes = args.Length > 0 ? args[0].Split(',') : ["nftables", "ebpf", "iptables-legacy", "iptables-nft", "userspace"];
string[] sizes = args.Length > 1 ? args[1..] : ["10x2", "1000x2", "10000x2", "1000x250", "5000x50"];
// Mode ebpf translates for the processes of the node's cgroup: this one is the node's.
using var cgroup = modes.Contains("ebpf") ? new NodeCgroup($"dataplane-bench-{Environment.ProcessId}") : null;
using var lab = new RulesLab();
Console.WriteLine("| mode | Services × endpoints | resolve ms | full load ms | new agent ms | look over ms | change p50 / p99 ms | its CPU ms | until a packet p50 ms | connect p50 / p99 µs | direct p50 / p99 µs | requests/s (direct) | Gbit/s (direct) | managed MB |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
foreach (var size in sizes)
{
    var parts = size.Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
    foreach (var mode in modes) Console.WriteLine(new RulesBench(lab, mode, cgroup?.Name, parts[0], parts[1]).Run());
}
