using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;

namespace Fairlead.Linux.Tests;

/// <summary>A network namespace of its own for one test, removed with it.</summary>
sealed class ScratchNamespace : IDisposable
{
    static int count;

    public string Name { get; } = $"flt-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
    public NetworkNamespace Namespace { get; }
    public RouteNetlink Net { get; }

    public ScratchNamespace()
    {
        Namespace = NetworkNamespace.Create(Name);
        Net = RouteNetlink.In(Namespace);
    }

    public void Dispose()
    {
        Net.Dispose();
        Namespace.Dispose();
        NetworkNamespace.Delete(Name);
    }
}
