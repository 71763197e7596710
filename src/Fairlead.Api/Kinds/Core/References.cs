using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Core.V1;

/// <summary>Names an object of a known kind in the same namespace.</summary>
[Atomic]
public sealed record LocalObjectReference
{
    /// <summary>Name of the object. It may be empty only where an empty reference has a meaning of its own.</summary>
    [Proto(1), Default("\"\"")] public string? Name { get; init; }
}

/// <summary>Points at an object of any kind, or at a part of it.</summary>
[Atomic]
public sealed record ObjectReference
{
    /// <summary>Kind of the object.</summary>
    [Proto(1)] public string? Kind { get; init; }

    /// <summary>Namespace of the object; empty for kinds that belong to the whole cluster.</summary>
    [Proto(2)] public string? Namespace { get; init; }

    /// <summary>Name of the object.</summary>
    [Proto(3)] public string? Name { get; init; }

    /// <summary>The object's uid, when exactly that object is meant and not a later one of the same name.</summary>
    [Proto(4)] public string? Uid { get; init; }

    /// <summary>Group and version of the object's kind.</summary>
    [Proto(5)] public string? ApiVersion { get; init; }

    /// <summary>The version of the object that the reference was made for.</summary>
    [Proto(6)] public string? ResourceVersion { get; init; }

    /// <summary>A part of the object, written like a field path, such as spec.containers{web}.</summary>
    [Proto(7)] public string? FieldPath { get; init; }
}

/// <summary>Names an object of any kind in the same namespace.</summary>
[Atomic]
public sealed record TypedLocalObjectReference
{
    /// <summary>API group of the object; absent only for the core group.</summary>
    [Proto(1, Pointer = true)] public string? ApiGroup { get; init; }

    /// <summary>Kind of the object.</summary>
    [Proto(2), Required] public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Proto(3), Required] public string Name { get; init; } = "";
}

/// <summary>Names a Secret, which may stand in another namespace.</summary>
[Atomic]
public sealed record SecretReference
{
    /// <summary>Name of the Secret.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>Namespace of the Secret.</summary>
    [Proto(2)] public string? Namespace { get; init; }
}
