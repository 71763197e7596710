using System.Globalization;
using Fairlead.Bench.Rules;

// fairlead-bench-rules [services...]    needs root; makes two network namespaces and removes them
int[] sizes = args.Length > 0 ? [.. args.Select(a => int.Parse(a, CultureInfo.InvariantCulture))] : [10, 1000, 10000];
using var lab = new RulesLab();
Console.WriteLine("| Services, two endpoints each | resolve ms | full load ms | read back ms | change p50 / p99 ms | until a packet p50 ms | connect p50 / p99 µs | direct p50 / p99 µs |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
foreach (var size in sizes) Console.WriteLine(new RulesBench(lab, size).Run());
