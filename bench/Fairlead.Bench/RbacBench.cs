using System.Diagnostics;
using Fairlead.Api.Rbac.V1;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Rbac;

namespace Fairlead.Bench;

/// <summary>What one decision costs in a table of many roles and bindings, and what making the table anew does.</summary>
static class RbacBench
{
    const int Roles = 1_000, Bindings = 10_000, Namespaces = 100;

    public static void Run()
    {
        var roles = Enumerable.Range(0, Roles).Select(i => new ClusterRole
        {
            Metadata = new() { Name = $"role-{i}" },
            Rules = [.. Enumerable.Range(0, 5).Select(r => new PolicyRule { ApiGroups = [""], Resources = [$"things-{r}", "pods"], Verbs = r == 4 ? ["get", "list"] : ["watch"] })],
        }).ToArray();
        var bindings = Enumerable.Range(0, Bindings).Select(i => new RoleBinding
        {
            Metadata = new() { Name = $"binding-{i}", Namespace = $"ns-{i % Namespaces}" },
            RoleRef = new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = $"role-{i % Roles}" },
            Subjects = [new() { ApiGroup = "rbac.authorization.k8s.io", Kind = i % 2 == 0 ? "User" : "Group", Name = i % 2 == 0 ? $"user-{i / Namespaces}" : $"group-{i % 10}" }],
        }).ToArray();

        var started = Stopwatch.GetTimestamp();
        var table = new RbacTable(roles, [], [], bindings);
        Console.WriteLine($"table of {Roles:N0} roles and {Bindings:N0} bindings: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms (with JIT)");
        started = Stopwatch.GetTimestamp();
        table = new RbacTable(roles, [], [], bindings);
        Console.WriteLine($"made anew, as at every write of a role or binding: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms");

        Measure("allowed, by a user's own binding", new(new("user-0", ["system:authenticated"]), "get") { Resource = "pods", Namespace = "ns-0" });
        Measure("allowed, by a group's", new(new("someone", ["group-1", "system:authenticated"]), "get") { Resource = "pods", Namespace = "ns-1" });
        Measure("refused: a group with 100 bindings there", new(new("someone", ["group-1", "system:authenticated"]), "delete") { Resource = "pods", Namespace = "ns-1" });
        Measure("refused: nobody", new(new("nobody", ["system:authenticated"]), "get") { Resource = "pods", Namespace = "ns-2" });

        void Measure(string what, AccessRequest request)
        {
            const int warm = 20_000, times = 200_000;
            for (var i = 0; i < warm; i++) table.Decide(request);
            var (from, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < times; i++) table.Decide(request);
            Console.WriteLine($"{what}: {Stopwatch.GetElapsedTime(from).TotalNanoseconds / times:F0} ns, {(GC.GetAllocatedBytesForCurrentThread() - bytes) / times} bytes ({table.Decide(request).Verdict})");
        }
    }
}
