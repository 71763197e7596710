using Fairlead.Bench.Dns;

// fairlead-bench-dns [seconds]   name tables and questions at 10, 1,000 and 10,000 Services
var seconds = args.Length > 0 && double.TryParse(args[0], out var s) ? s : 3;
Console.WriteLine("| Services | names | full ms | one change µs | lookup ns | UDP questions/s | CPU µs a question, client included |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (var services in (int[])[10, 1_000, 10_000])
{
    var tables = new TableBench(services);
    var (perSecond, cpu) = await new QuestionBench(tables.Table, services, TimeSpan.FromSeconds(seconds)).RunAsync();
    Console.WriteLine($"| {services:N0} | {tables.Table.Count:N0} | {tables.FullMs:F1} | {tables.ChangeUs:F0} | {tables.LookupNs:F0} | {perSecond:N0} | {cpu:F1} |");
}
