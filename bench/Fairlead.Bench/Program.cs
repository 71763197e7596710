using System.Globalization;
using Fairlead.Bench;

// fairlead-bench api [seconds]      writes, reads, lists, patches at 1, 16 and 64 clients
// fairlead-bench watch [seconds [watchers writes/s [watchers-to-a-connection]]]    fan-out to 100 and 1,000 watchers, or one such
// fairlead-bench etcd|watch-etcd [seconds]    the same two with the store on etcd
// fairlead-bench list [pods]        lists of 10,000 Pods: time and memory
// fairlead-bench start [objects]    start over 100,000 objects: time and memory
// fairlead-bench store              the store alone, without HTTP
// fairlead-bench trace [services]   fairlead trace against a server with so many Services
// fairlead-bench limiter [seconds]  what priority and fairness costs, and what leases see under overload
// fairlead-bench rbac               a decision with 1,000 roles and 10,000 bindings
// fairlead-bench nodes              a decision of the Node authorizer, without HTTP
// fairlead-bench serve FOLDER       the server that the first two start for themselves
var seconds = args.Length > 1 && double.TryParse(args[1], CultureInfo.InvariantCulture, out var s) ? s : 3;
switch (args.FirstOrDefault() ?? "api")
{
    case "serve":
        await ServeCommand.RunAsync(args[1], args[2..]);
        break;
    case "store":
        await StoreBench.RunAsync();
        break;
    case "limiter":
        await new LimiterBench(TimeSpan.FromSeconds(seconds)).RunAsync();
        break;
    case "rbac":
        RbacBench.Run();
        break;
    case "nodes":
        await NodeAccessBench.RunAsync();
        break;
    case "list":
        await WithServerAsync(server => new ListBench(server, args.Length > 1 ? (int)seconds : 10_000).RunAsync());
        break;
    case "start":
        await StartBench.RunAsync(args.Length > 1 ? (int)seconds : 100_000);
        break;
    case "etcd":
        await EtcdProcess.RunAsync(endpoint => WithServerAsync(server => new ApiBench(server, TimeSpan.FromSeconds(seconds)).RunAsync(args.Skip(2).ToArray()), endpoint));
        break;
    case "watch-etcd":
        await EtcdProcess.RunAsync(endpoint => WithServerAsync(server => new WatchBench(server, TimeSpan.FromSeconds(seconds)).RunAsync(), endpoint));
        break;
    case "watch":
        int Number(int i) => args.Length > i ? int.Parse(args[i], CultureInfo.InvariantCulture) : 1;
        (WatchLoad, int)? only = args.Length > 3 ? (new(Number(2), Number(4), Number(5)), Number(3)) : null;
        if (only is ({ IsEven: false }, _))
        {
            Console.Error.WriteLine("fairlead-bench watch: the watchers must be a multiple of those to a connection times the connections of which one is read whole");
            return 2;
        }
        await WithServerAsync(server => new WatchBench(server, TimeSpan.FromSeconds(seconds), only).RunAsync());
        break;
    case "trace":
        await WithServerAsync(server => new TraceBench(server, args.Length > 1 ? (int)seconds : 10_000).RunAsync());
        break;
    case "api":
        await WithServerAsync(server => new ApiBench(server, TimeSpan.FromSeconds(seconds)).RunAsync(args.Skip(2).ToArray()));
        break;
    default:
        Console.Error.WriteLine("fairlead-bench api|etcd|watch-etcd [seconds] | watch [seconds [watchers writes [to-a-connection [one-of-so-many-read-whole]]]] | list [pods] | start [objects] | store | limiter [seconds] | rbac | nodes | trace [services] | serve FOLDER");
        return 2;
}
return 0;

static async Task WithServerAsync(Func<ServerProcess, Task> run, Uri? etcd = null)
{
    await using var server = await ServerProcess.StartAsync(null, etcd);
    await run(server);
}
