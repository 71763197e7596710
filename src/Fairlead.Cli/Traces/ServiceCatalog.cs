using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Network.Services;

namespace Fairlead.Cli.Traces;

/// <summary>
/// Every Service of the cluster as the server sent it. Those that a question is about are found by their text and
/// decoded; at 10,000 Services decoding all would take longer than the trace.
/// </summary>
sealed class ServiceCatalog(IReadOnlyList<ReadOnlyMemory<byte>> items)
{
    readonly Dictionary<int, Service> decoded = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Service> All() => [.. Enumerable.Range(0, items.Count).Select(Decode)];

    public Service? Find(ServiceKey key) => Named(key.Name).FirstOrDefault(s => ClusterSnapshot.KeyOf(s) == key);

    /// <summary>Those of the name, of any namespace.</summary>
    public IEnumerable<Service> Named(string name) => Containing($"\"name\":\"{name}\"").Where(s => s.Metadata.Name == name);

    /// <summary>Those that hold an address anywhere.</summary>
    public IEnumerable<Service> WithAddress(string address) => Containing($"\"{address}\"");

    public IEnumerable<Service> WithNodePort(int port) => Containing($"\"nodePort\":{port}").Where(s => s.Spec?.Ports?.Any(p => p.NodePort == port) == true);

    IEnumerable<Service> Containing(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < items.Count; i++) if (items[i].Span.IndexOf(bytes) >= 0) yield return Decode(i);
    }

    Service Decode(int index)
    {
        if (!decoded.TryGetValue(index, out var service)) decoded[index] = service = ApiJson.Read<Service>(items[index].Span);
        return service;
    }
}
