using System.Security.Cryptography;
using System.Text;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>One port of a Service: what chains are named after.</summary>
/// <param name="Name">Of the port; may be empty.</param>
public readonly record struct ServicePortId(ServiceKey Service, string Name, TransportProtocol Protocol)
{
    const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const int HashLength = 16;

    public static ServicePortId Of(Frontend frontend) => new(frontend.Service, frontend.PortName, frontend.Key.Protocol);

    /// <summary>The name of one of the port's own chains, as kube-proxy gives it.</summary>
    /// <param name="prefix">One of those in <see cref="ChainNames"/>.</param>
    public string Chain(string prefix) => prefix + Hash("");

    /// <summary>The name of an endpoint's chain.</summary>
    /// <param name="list">Tells several of one endpoint apart; kube-proxy has one, with "".</param>
    public string EndpointChain(Backend backend, string list = "") => ChainNames.Endpoint + Hash(backend + list);

    /// <summary>NAMESPACE/NAME:PORT, or without the port if that has no name.</summary>
    public override string ToString() => Name.Length == 0 ? Service.ToString() : $"{Service}:{Name}";

    /// <summary>The beginning of a SHA-256 in base 32 (RFC 4648): names of chains end after 28 characters.</summary>
    string Hash(string endpoint)
    {
        var text = $"{ToString()}{Protocol.ToString().ToLowerInvariant()}{endpoint}";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        Span<char> name = stackalloc char[HashLength];
        for (var i = 0; i < HashLength; i++)
        {
            var bit = i * 5;
            var two = (hash[bit / 8] << 8) | hash[bit / 8 + 1];
            name[i] = Base32[(two >> (11 - bit % 8)) & 31];
        }
        return new(name);
    }
}
