using System.Diagnostics;
using System.Globalization;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Json;
using Fairlead.Server.Security;
using EndpointPort = Fairlead.Api.Discovery.V1.EndpointPort;

namespace Fairlead.Bench;

/// <summary>
/// `fairlead trace` as a user runs it, a process for each question, against a server that holds Services with two Pods
/// each, all in one namespace, which is the dearest place for lists, on 100 nodes.
/// </summary>
sealed class TraceBench(ServerProcess server, int services)
{
    const int Runs = 11, Writers = 32, Nodes = 100;
    const string Namespace = "default";

    static readonly string Program = Path.Combine(Root(), "artifacts/fairlead/fairlead");

    public async Task RunAsync()
    {
        using var transport = new HttpsTransport(new(server.Address, server.Authority, server.Client, null));
        var client = new KubeClient(transport);
        var began = Stopwatch.GetTimestamp();
        await SeedAsync(client);
        Console.Error.WriteLine($"seeded {services} Services in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s");
        var kubeconfig = Path.GetTempFileName();
        try
        {
            Kubeconfig.For("bench", server.Address, server.Authority.ExportCertificatePem(), server.Client).Write(kubeconfig);
            var last = await client.GetAsync<Service>(Namespace, NameOf(services - 1), CancellationToken.None);
            Console.WriteLine("| question | exit | median ms | worst ms | processor time of the program, ms | of the server |\n| --- | --- | --- | --- | --- | --- |");
            foreach (var (name, to) in ((string, string)[])[
                ("by name", $"{NameOf(services - 1)}:80"), ("by address", $"{last.Spec!.ClusterIP}:80"), ("by node port", $"192.0.2.1:{last.Spec.Ports![0].NodePort}"),
                ("wrong port", $"{NameOf(7)}:81"), ("selector matches nothing", "broken:80"), ("no such Service", "nothere:80"), ("no such host port", "192.0.2.1:9999")])
            {
                await AskAsync(name, kubeconfig, to);
            }
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    async Task AskAsync(string name, string kubeconfig, string to)
    {
        var times = new List<double>();
        var (code, before, own) = (0, server.ProcessorTime, ChildrensTime());
        for (var i = 0; i < Runs; i++)
        {
            var start = new ProcessStartInfo(Program, ["trace", "client", "--to", to, "--kubeconfig", kubeconfig]) { RedirectStandardOutput = true, RedirectStandardError = true };
            var began = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            code = process.ExitCode;
            if (code == 1) throw new InvalidOperationException($"{to}: {await process.StandardError.ReadToEndAsync()}");
            await output;
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {code} | {times[Runs / 2]:N0} | {times[^1]:N0} | {(ChildrensTime() - own).TotalMilliseconds / Runs:N0} | {(server.ProcessorTime - before).TotalMilliseconds / Runs:N0} |"));
    }

    /// <summary>Processor time of the children that have ended: cutime and cstime of /proc/self/stat, in ticks of 10 ms.</summary>
    static TimeSpan ChildrensTime()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)));
    }

    async Task SeedAsync(KubeClient client)
    {
        foreach (var number in Enumerable.Range(1, Nodes)) await NodeAsync(client, number);
        await client.CreateAsync(new ServiceAccount { Metadata = new() { Namespace = Namespace, Name = "default" } }, CancellationToken.None);
        await PodAsync(client, "client", "client", 1, "10.244.1.1");
        await client.CreateAsync(ServiceOf("broken", "broken"), CancellationToken.None);
        await client.CreateAsync(new Service { Metadata = new() { Namespace = "kube-system", Name = "kube-dns" }, Spec = new() { Ports = [new() { Name = "dns", Protocol = "UDP", Port = 53 }] } }, CancellationToken.None);
        await client.CreateAsync(SliceOf("kube-system", "kube-dns", "UDP", 53, ("192.0.2.1", 1)), CancellationToken.None);
        await Parallel.ForEachAsync(Enumerable.Range(0, services), new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (i, _) =>
        {
            var name = NameOf(i);
            var addresses = Enumerable.Range(0, 2).Select(pod => (Node: (2 * i + pod) % Nodes + 1, Host: (2 * i + pod) / Nodes + 2)).Select(at => ($"10.244.{at.Node}.{at.Host}", at.Node)).ToArray();
            await client.CreateAsync(ServiceOf(name, name) with { Spec = ServiceOf(name, name).Spec! with { Type = i == services - 1 ? "NodePort" : "ClusterIP" } }, CancellationToken.None);
            await client.CreateAsync(SliceOf(Namespace, name, "TCP", 8080, addresses), CancellationToken.None);
            foreach (var (address, node) in addresses) await PodAsync(client, $"{name}-{node}", name, node, address);
        });
    }

    static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"service-{i:D5}");

    static async Task NodeAsync(KubeClient client, int number)
    {
        var made = await client.CreateAsync(new Node { Metadata = new() { Name = $"n{number}" }, Spec = new() { PodCIDR = $"10.244.{number}.0/24", PodCIDRs = [$"10.244.{number}.0/24"] } }, CancellationToken.None);
        await client.UpdateStatusAsync(made with { Status = new() { Addresses = [new() { Type = "InternalIP", Address = $"192.0.2.{number}" }], Conditions = [new() { Type = "Ready", Status = "True" }] } }, CancellationToken.None);
    }

    static async Task PodAsync(KubeClient client, string name, string app, int node, string address)
    {
        await client.CreateAsync(new Pod
        {
            Metadata = new() { Namespace = Namespace, Name = name, Labels = new Dictionary<string, string> { ["app"] = app, ["tier"] = "front" } },
            Spec = new()
            {
                NodeName = $"n{node}", ServiceAccountName = "default",
                Containers = [new() { Name = "main", Image = "example/app:1", Ports = [new() { Name = "http", Number = 8080 }], Env = [new() { Name = "A", Value = "1" }, new() { Name = "B", Value = "2" }], ReadinessProbe = new() { HttpGet = new() { Path = "/", Port = 8080 } } }],
            },
        }, CancellationToken.None);
        var status = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Running", ["podIP"] = address, ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        };
        await client.MergePatchAsync<Pod>(Namespace, name, status, "status", CancellationToken.None);
    }

    static Service ServiceOf(string name, string app) => new()
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Spec = new() { Selector = new Dictionary<string, string> { ["app"] = app }, Ports = [new() { Name = "http", Port = 80, TargetPort = "http" }] },
    };

    static EndpointSlice SliceOf(string ns, string service, string protocol, int port, params (string Address, int Node)[] endpoints) => new()
    {
        Metadata = new() { Namespace = ns, Name = service + "-1", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = service } },
        AddressType = "IPv4",
        Ports = [new EndpointPort { Name = protocol == "UDP" ? "dns" : "http", Protocol = protocol, Port = port }],
        Endpoints = [.. endpoints.Select(e => new Endpoint { Addresses = [e.Address], NodeName = $"n{e.Node}", Conditions = new() { Ready = true, Serving = true, Terminating = false }, TargetRef = protocol == "UDP" ? null : new() { Kind = "Pod", Namespace = ns, Name = $"{service}-{e.Node}" } })],
    };

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairlead.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmark does not lie in the source tree.");
        return folder;
    }
}
