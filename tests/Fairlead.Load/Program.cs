using System.Globalization;
using System.Net;
using Fairlead.Load;

// Requests at a steady rate, in the network namespace and cgroup that it is started in:
//
//   Fairlead.Load ADDRESS:PORT RATE new|keep|open [http [PATIENCE]]
//
// "new" makes a connection for each request, "keep" shares RATE / 10 of them (at least 1), each used ten times a second;
// "open" holds RATE of them, each used once a second.
// An answer that is not there after PATIENCE seconds, 5 unless given, has failed. Without "http" a request is the one byte "?" and any answer will do. It prints "ready", goes on until its standard input
// ends, at most an hour, and prints one line: sent=N failed=N p50=MICROSECONDS p99=… max=… then REASON=N for each way to fail.
var target = IPEndPoint.Parse(args[0]);
var rate = int.Parse(args[1], CultureInfo.InvariantCulture);
IExchange exchange = args is [_, _, _, "http", ..] ? new HttpExchange() : new PlainExchange();
var patience = TimeSpan.FromSeconds(args is [_, _, _, _, var seconds] ? int.Parse(seconds, CultureInfo.InvariantCulture) : 5);
var results = new Results();
using var end = new CancellationTokenSource(TimeSpan.FromHours(1));
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null) { }
    await end.CancelAsync();
});
Console.WriteLine("ready");
if (args[2] == "keep") await KeptConnections.RunAsync(target, exchange, Math.Max(1, rate / 10), TimeSpan.FromMilliseconds(100), patience, results, end.Token);
else if (args[2] == "open") await KeptConnections.RunAsync(target, exchange, rate, TimeSpan.FromSeconds(1), patience, results, end.Token);
else await NewConnections.RunAsync(target, exchange, rate, patience, results, end.Token);
Console.WriteLine(results);
