using System.Globalization;
using System.Net;
using Fairlead.Load;

// Requests at a steady rate, in the network namespace and cgroup that it is started in:
//
//   Fairlead.Load ADDRESS:PORT RATE new|turns|keep|hold [http [PATIENCE]]
//
// "new" makes a connection for each request; "turns" does so too, and comes to no port of its own again within two minutes;
// "keep" shares RATE / 10 of them (at least 1), each used ten times a second, and makes another for one that ended; "hold"
// shares 100 that are open before it says "ready", and never makes another.
// An answer that is not there after PATIENCE seconds, 5 unless given, has failed. Without "http" a request is the one byte "?"
// and any answer will do. It prints "ready" and goes on until its standard input ends, at most an hour. For each line of its
// input, and at the end, it prints a line about the requests that ended since the line before:
// sent=N failed=N p50=MICROSECONDS p99=… max=… then held=N, connections of "hold" that answered, then REASON=N for each way to fail.
var target = IPEndPoint.Parse(args[0]);
var rate = int.Parse(args[1], CultureInfo.InvariantCulture);
IExchange exchange = args is [_, _, _, "http", ..] ? new HttpExchange() : new PlainExchange();
var patience = TimeSpan.FromSeconds(args is [_, _, _, _, var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 5);
var results = new Results();
using var end = new CancellationTokenSource(TimeSpan.FromHours(1));
var run = args[2] switch
{
    "keep" => () => KeptConnections.RunAsync(target, exchange, Math.Max(1, rate / 10), TimeSpan.FromMilliseconds(100), patience, results, end.Token),
    "hold" => await HoldAsync(),
    var kind => () => NewConnections.RunAsync(target, exchange, rate, kind == "turns" ? new() : null, patience, results, end.Token),
};
Console.WriteLine("ready");
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null) Console.WriteLine(results.Tell());
    await end.CancelAsync();
});
await run();
Console.WriteLine(results.Tell());

async Task<Func<Task>> HoldAsync()
{
    var held = await HeldConnections.OpenAsync(target, 100, patience);
    return () => held.RunAsync(exchange, rate, patience, results, end.Token);
}
