using System.Diagnostics;
using System.Globalization;
using System.Text;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Nodes;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Bench;

/// <summary>What the Node authorizer costs at 100,000 Pods on 1,000 nodes, each with two Secrets and two ConfigMaps: a decision, and following Pods.</summary>
static class NodeAccessBench
{
    const int Nodes = 1_000, Pods = 100_000, Decisions = 2_000_000;

    public static async Task RunAsync()
    {
        var graph = new NodeGraph();
        IStoreView view = graph;
        var entries = Enumerable.Range(0, Pods).Select(Entry).ToArray();
        var before = GC.GetTotalMemory(true);
        var began = Stopwatch.GetTimestamp();
        foreach (var entry in entries) view.Put(entry);
        var follow = Stopwatch.GetElapsedTime(began).TotalMicroseconds / Pods;
        began = Stopwatch.GetTimestamp();
        foreach (var entry in entries) view.Put(entry);
        var again = Stopwatch.GetElapsedTime(began).TotalMicroseconds / Pods;
        var held = (GC.GetTotalMemory(true) - before) / (double)(1 << 20);
        var authorizer = new NodeAuthorizer(graph);
        var users = Enumerable.Range(0, Nodes).Select(n => new UserInfo($"system:node:n{n}", ["system:nodes", "system:authenticated"])).ToArray();
        var requests = Enumerable.Range(0, Pods).Select(p => new AccessRequest(users[p % Nodes], "get") { Version = "v1", Resource = "secrets", Namespace = $"ns{p % 50}", Name = $"secret-{p}" }).ToArray();
        var allowed = 0;
        began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Decisions; i++)
        {
            if ((await authorizer.AuthorizeAsync(requests[i % Pods], CancellationToken.None)).IsAllowed) allowed++;
        }
        var decision = Stopwatch.GetElapsedTime(began).TotalMicroseconds / Decisions;
        if (allowed != Decisions) throw new InvalidOperationException($"{Decisions - allowed} decisions were wrong");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| decision µs | a new Pod µs | a changed Pod µs | memory MiB |\n| --- | --- | --- | --- |\n| {decision:F2} | {follow:F1} | {again:F1} | {held:F0} |"));
    }

    static StoreEntry Entry(int pod) => new($"/registry/core/pods/ns{pod % 50}/p{pod}", pod + 1, pod + 1, Encoding.UTF8.GetBytes($$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p{{{pod}}}","namespace":"ns{{{pod % 50}}}","uid":"u{{{pod}}}","labels":{"app":"a"}},
        "spec":{"nodeName":"n{{{pod % Nodes}}}","serviceAccountName":"default","containers":[{"name":"c","image":"i","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"env-{{{pod}}}","key":"k"} } }]}],
        "volumes":[{"name":"a","secret":{"secretName":"secret-{{{pod}}}"} },{"name":"b","configMap":{"name":"map-{{{pod}}}"} },{"name":"c","projected":{"sources":[{"configMap":{"name":"kube-root-ca.crt"} }]} }]},
        "status":{"phase":"Running","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True"}]} }
        """));
}
