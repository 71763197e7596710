using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>A kind that has one of everything the engine must know.</summary>
[Kind("toys.example", "v1", "gadgets")]
public sealed record Gadget : KubeObject
{
    public GadgetSpec? Spec { get; init; }
    public GadgetStatus? Status { get; init; }
}

public sealed record GadgetStatus
{
    public int? Ready { get; init; }
}

public sealed record GadgetSpec
{
    [Default("1")] public int? Replicas { get; init; }
    public long? Big { get; init; }
    public double? Ratio { get; init; }
    public bool? Paused { get; init; }
    public DateTimeOffset? Since { get; init; }
    public byte[]? Blob { get; init; }
    public IReadOnlyDictionary<string, string>? Selector { get; init; }
    [Required, ListMap("name")] public IReadOnlyList<Part>? Parts { get; init; }
    [ListSet(PatchMerge = true)] public IReadOnlyList<string>? Tags { get; init; }
    [Atomic] public IReadOnlyList<string>? Args { get; init; }
    [ListMap("name", RetainKeys = true)] public IReadOnlyList<Source>? Sources { get; init; }
    [RetainKeys] public Strategy? Strategy { get; init; }
    public Part? Template { get; init; }
    public JsonObject? Free { get; init; }
}

public sealed record Strategy
{
    public string? Type { get; init; }
    public Source? Rolling { get; init; }
}

public sealed record Source
{
    [Required] public string Name { get; init; } = "";
    public Strategy? EmptyDir { get; init; }
    public Strategy? HostPath { get; init; }
}

/// <summary>A part.</summary>
public sealed record Part
{
    /// <summary>Its name.</summary>
    [Required] public string Name { get; init; } = "";
    public string? Image { get; init; }
    [Values("TCP", "UDP"), Default("\"TCP\"")] public string? Protocol { get; init; }
    [ListMap("port", "protocol")] public IReadOnlyList<PartPort>? Ports { get; init; }
    public IReadOnlyList<Part>? Inner { get; init; }
}

public sealed record PartPort
{
    [Required] public int? Port { get; init; }
    [Default("\"TCP\"")] public string? Protocol { get; init; }
    public string? Name { get; init; }
}
