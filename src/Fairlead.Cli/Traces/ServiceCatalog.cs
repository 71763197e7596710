using System.Text;
using System.Text.Json;
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

    /// <summary>The names of all, read without the rest.</summary>
    public IEnumerable<ServiceKey> Names() => items.Select(NameOf);

    public Service? Find(ServiceKey key) => Named(key.Name).FirstOrDefault(s => ClusterSnapshot.KeyOf(s) == key);

    /// <summary>Those of the name, of any namespace.</summary>
    public IEnumerable<Service> Named(string name) => Containing($"\"name\":\"{name}\"").Where(s => s.Metadata.Name == name);

    /// <summary>Those that hold an address anywhere.</summary>
    public IEnumerable<Service> WithAddress(string address) => Containing($"\"{address}\"");

    public IEnumerable<Service> WithNodePort(int port) => Containing($"\"nodePort\":{port}").Where(s => s.Spec?.Ports?.Any(p => p.NodePort == port) == true);

    /// <summary>Those that have a node port for their port of this number.</summary>
    public IEnumerable<Service> WithPort(int port) =>
        Containing($"\"port\":{port}", "\"nodePort\":").Where(s => s.Spec?.Ports?.Any(p => p.Port == port && p.NodePort > 0) == true);

    IEnumerable<Service> Containing(params string[] texts)
    {
        var all = texts.Select(Encoding.UTF8.GetBytes).ToArray();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            if (Array.TrueForAll(all, text => item.Span.IndexOf(text) >= 0)) yield return Decode(i);
        }
    }

    Service Decode(int index)
    {
        if (!decoded.TryGetValue(index, out var service)) decoded[index] = service = ApiJson.Read<Service>(items[index].Span);
        return service;
    }

    static ServiceKey NameOf(ReadOnlyMemory<byte> item)
    {
        var reader = new Utf8JsonReader(item.Span);
        var (ns, name) = ("", "");
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.CurrentDepth == 1 && !reader.ValueTextEquals("metadata"u8)) reader.Skip();
            else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("name"u8)) name = Value(ref reader);
            else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("namespace"u8)) ns = Value(ref reader);
            if (ns.Length > 0 && name.Length > 0) break;
        }
        return new(ns, name);
    }

    static string Value(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString() ?? "";
    }
}
