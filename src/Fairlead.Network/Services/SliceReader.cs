using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Network.Services;

/// <summary>
/// Reads of EndpointSlices what a node's components need and no more: of a cluster with many endpoints each node keeps all.
/// Left out are owners, who wrote a slice, and which Pods the endpoints of other nodes are; what many endpoints have in
/// common is kept once. An agent that starts beside 250,000 endpoints spends its first second here, before the runtime has
/// compiled anything well, so nothing is made that is not kept. For one reader at a time.
/// </summary>
/// <param name="node">Name of the node: which Pod an endpoint stands for matters on its own node alone.</param>
public sealed class SliceReader(string node)
{
    const int Most = 16_384, LongestShared = 256;

    static readonly EndpointConditions[] Conditions =
        [.. from ready in (bool?[])[null, false, true] from serving in (bool?[])[null, false, true] from ending in (bool?[])[null, false, true]
            select new EndpointConditions { Ready = ready, Serving = serving, Terminating = ending }];

    readonly HashSet<string> names = new(StringComparer.Ordinal);
    readonly HashSet<Endpoint> shapes = [];
    readonly Dictionary<string, EndpointHints> hints = new(StringComparer.Ordinal);

    // Of the slice that is being read: as SliceEndpoints takes them.
    readonly List<Endpoint> endpoints = [];
    readonly List<byte> addresses = [];
    readonly List<int> ends = [];

    /// <summary>The slice that begins where the reader stands, which ends on its last token.</summary>
    /// <exception cref="JsonException">It is no slice.</exception>
    public EndpointSlice Read(ref Utf8JsonReader reader)
    {
        var slice = new EndpointSlice { ApiVersion = KindOf<EndpointSlice>.ApiVersion, Kind = KindOf<EndpointSlice>.Kind };
        var (metadata, addressType, ports) = (slice.Metadata, "", (IReadOnlyList<EndpointPort>?)null);
        IReadOnlyList<Endpoint>? all = null;
        Begin(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader))
        {
            if (Is(ref reader, "metadata"u8)) metadata = Metadata(ref reader);
            else if (Is(ref reader, "addressType"u8)) addressType = Shared(ref reader) ?? "";
            else if (Is(ref reader, "endpoints"u8)) all = Endpoints(ref reader);
            else if (Is(ref reader, "ports"u8)) ports = Ports(ref reader);
            else reader.Skip();
        }
        return slice with { Metadata = metadata, AddressType = addressType, Endpoints = all, Ports = ports };
    }

    ObjectMeta Metadata(ref Utf8JsonReader reader)
    {
        string? name = null, ns = null, revision = null;
        IReadOnlyDictionary<string, string>? labels = null, annotations = null;
        Begin(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader))
        {
            if (Is(ref reader, "name"u8)) name = Text(ref reader);
            else if (Is(ref reader, "namespace"u8)) ns = Shared(ref reader);
            else if (Is(ref reader, "resourceVersion"u8)) revision = Text(ref reader);
            else if (Is(ref reader, "labels"u8)) labels = Map(ref reader);
            else if (Is(ref reader, "annotations"u8)) annotations = Map(ref reader);
            else reader.Skip();
        }
        return new() { Name = name, Namespace = ns, ResourceVersion = revision, Labels = labels, Annotations = annotations };
    }

    Dictionary<string, string>? Map(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        Begin(ref reader, JsonTokenType.StartObject);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Shared(ref reader)!;
            reader.Read();
            map[key] = Text(ref reader)!;
        }
        return map;
    }

    SliceEndpoints? Endpoints(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        Begin(ref reader, JsonTokenType.StartArray);
        endpoints.Clear();
        addresses.Clear();
        ends.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            endpoints.Add(Endpoint(ref reader));
            ends.Add(addresses.Count);
        }
        return new(CollectionsMarshal.AsSpan(endpoints), CollectionsMarshal.AsSpan(addresses), CollectionsMarshal.AsSpan(ends));
    }

    /// <summary>An endpoint's shape; if it has one address alone, that is added to the addresses.</summary>
    Endpoint Endpoint(ref Utf8JsonReader reader)
    {
        var begin = addresses.Count;
        IReadOnlyList<string>? several = null;
        IReadOnlyDictionary<string, string>? topology = null;
        EndpointConditions? conditions = null;
        EndpointHints? hint = null;
        string? hostname = null, nodeName = null, zone = null;
        // The node's name may come after the Pod's: nothing is made of that before it is known whose it is.
        Utf8JsonReader target = default;
        var hasTarget = false;
        Begin(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader))
        {
            if (Is(ref reader, "addresses"u8)) several = Addresses(ref reader, begin);
            else if (Is(ref reader, "conditions"u8)) conditions = ConditionsOf(ref reader);
            else if (Is(ref reader, "nodeName"u8)) nodeName = Shared(ref reader);
            else if (Is(ref reader, "zone"u8)) zone = Shared(ref reader);
            else if (Is(ref reader, "hostname"u8)) hostname = Text(ref reader);
            else if (Is(ref reader, "hints"u8)) hint = Hints(ref reader);
            else if (Is(ref reader, "deprecatedTopology"u8)) topology = Map(ref reader);
            else if (Is(ref reader, "targetRef"u8))
            {
                target = reader;
                hasTarget = reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
            else reader.Skip();
        }
        var isOwn = hasTarget && nodeName == node;
        // What only it has would be kept for nobody.
        var isShared = several is null && topology is null && hostname is null && !isOwn;
        if (isShared && endpoints is [.., var last] && IsShape(last, conditions, nodeName, zone, hint)) return last;
        var shape = new Endpoint
        {
            Addresses = several, Conditions = conditions, Hostname = hostname, NodeName = nodeName, Zone = zone, Hints = hint, DeprecatedTopology = topology,
            TargetRef = isOwn ? new() { Uid = Uid(ref target) } : null,
        };
        return isShared ? Kept(shape) : shape;
    }

    // Neighbours are often alike, and what they have is shared by then.
    static bool IsShape(Endpoint shape, EndpointConditions? conditions, string? nodeName, string? zone, EndpointHints? hint) =>
        shape is { Addresses: null, DeprecatedTopology: null, Hostname: null, TargetRef: null } && ReferenceEquals(shape.Conditions, conditions)
        && ReferenceEquals(shape.NodeName, nodeName) && ReferenceEquals(shape.Zone, zone) && ReferenceEquals(shape.Hints, hint);

    Endpoint Kept(Endpoint shape)
    {
        if (shapes.TryGetValue(shape, out var known)) return known;
        if (shapes.Count == Most) shapes.Clear();
        shapes.Add(shape);
        return shape;
    }

    EndpointHints? Hints(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        var text = JsonElement.ParseValue(ref reader).GetRawText();
        if (hints.TryGetValue(text, out var known)) return known;
        if (hints.Count == Most) hints.Clear();
        return hints[text] = JsonSerializer.Deserialize(text, ApiJson.Info<EndpointHints>()) ?? new();
    }

    List<EndpointPort>? Ports(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        Begin(ref reader, JsonTokenType.StartArray);
        var ports = new List<EndpointPort>(1);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ports.Add(Port(ref reader));
        return ports;
    }

    EndpointPort Port(ref Utf8JsonReader reader)
    {
        string? name = null, protocol = null, application = null;
        int? number = null;
        Begin(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader))
        {
            if (Is(ref reader, "name"u8)) name = Shared(ref reader);
            else if (Is(ref reader, "protocol"u8)) protocol = Shared(ref reader);
            else if (Is(ref reader, "appProtocol"u8)) application = Shared(ref reader);
            else if (Is(ref reader, "port"u8)) number = Number(ref reader);
            else reader.Skip();
        }
        return new() { Name = name, Protocol = protocol, Port = number, AppProtocol = application };
    }

    static int? Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : throw Wrong(ref reader, "a whole number");
    }

    static string? Uid(ref Utf8JsonReader target)
    {
        string? uid = null;
        Begin(ref target, JsonTokenType.StartObject);
        while (Next(ref target))
        {
            if (Is(ref target, "uid"u8)) uid = Text(ref target);
            else target.Skip();
        }
        return uid;
    }

    /// <summary>Null if there is one address alone, which is among the addresses then, or if there is no list.</summary>
    /// <param name="begin">Where those of this endpoint begin: of a field that is there twice the last counts.</param>
    List<string>? Addresses(ref Utf8JsonReader reader, int begin)
    {
        addresses.RemoveRange(begin, addresses.Count - begin);
        if (reader.TokenType == JsonTokenType.Null) return null;
        Begin(ref reader, JsonTokenType.StartArray);
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray) return [];
        string? first = null;
        if (reader.TokenType == JsonTokenType.String && reader is { ValueIsEscaped: false, ValueSpan.IsEmpty: false } && Ascii.IsValid(reader.ValueSpan)) addresses.AddRange(reader.ValueSpan);
        else first = Text(ref reader)!;
        if (reader.Read() && reader.TokenType == JsonTokenType.EndArray) return first is null ? null : [first];
        var all = new List<string> { first ?? Encoding.ASCII.GetString(CollectionsMarshal.AsSpan(addresses)[begin..]) };
        addresses.RemoveRange(begin, addresses.Count - begin);
        do all.Add(Text(ref reader)!);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);
        return all;
    }

    static EndpointConditions? ConditionsOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        var (ready, serving, ending) = (0, 0, 0);
        Begin(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader))
        {
            if (Is(ref reader, "ready"u8)) ready = Flag(ref reader);
            else if (Is(ref reader, "serving"u8)) serving = Flag(ref reader);
            else if (Is(ref reader, "terminating"u8)) ending = Flag(ref reader);
            else reader.Skip();
        }
        return Conditions[(ready * 3 + serving) * 3 + ending];
    }

    // As the table of conditions counts: not said, no, yes.
    static int Flag(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => 0,
        JsonTokenType.False => 1,
        JsonTokenType.True => 2,
        _ => throw Wrong(ref reader, "true or false"),
    };

    /// <summary>A text that many slices have.</summary>
    string? Shared(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.PropertyName && reader.TokenType != JsonTokenType.String) return Text(ref reader);
        if (reader.ValueSpan.Length > LongestShared) return reader.GetString();
        Span<char> chars = stackalloc char[LongestShared];
        ReadOnlySpan<char> text = chars[..reader.CopyString(chars)];
        if (names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)) return known;
        // Names of nodes that are long gone would add up.
        if (names.Count == Most) names.Clear();
        var name = text.ToString();
        names.Add(name);
        return name;
    }

    static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw Wrong(ref reader, "a text"),
    };

    static void Begin(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type) throw Wrong(ref reader, type == JsonTokenType.StartObject ? "an object" : "a list");
    }

    /// <summary>Stands on the next field's name; false at the object's end.</summary>
    static bool Next(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>If it is the field of this name, stands on its value.</summary>
    static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    static JsonException Wrong(ref Utf8JsonReader reader, string expected) =>
        new($"byte {reader.TokenStartIndex} of the EndpointSlices: {expected} is expected, and there is {reader.TokenType}");
}
