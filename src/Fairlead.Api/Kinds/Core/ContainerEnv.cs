using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Core.V1;

/// <summary>One environment variable.</summary>
public sealed record EnvVar
{
    /// <summary>Name of the variable.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Its value. $(NAME) is replaced by a variable named before; $$(NAME) yields the text $(NAME).</summary>
    [Proto(2)] public string? Value { get; init; }

    /// <summary>Where the value comes from, if value is empty.</summary>
    [Proto(3)] public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>Where the value of an environment variable comes from. Exactly one source is set.</summary>
public sealed record EnvVarSource
{
    /// <summary>A field of the Pod: its name, namespace, uid, labels, annotations, node, service account or addresses.</summary>
    [Proto(1)] public ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>A resource limit or request of the container.</summary>
    [Proto(2)] public ResourceFieldSelector? ResourceFieldRef { get; init; }

    /// <summary>A key of a ConfigMap.</summary>
    [Proto(3)] public ConfigMapKeySelector? ConfigMapKeyRef { get; init; }

    /// <summary>A key of a Secret in the Pod's namespace.</summary>
    [Proto(4)] public SecretKeySelector? SecretKeyRef { get; init; }
}

/// <summary>A ConfigMap or Secret of which every key becomes an environment variable.</summary>
public sealed record EnvFromSource
{
    /// <summary>Text put before each key.</summary>
    [Proto(1)] public string? Prefix { get; init; }

    /// <summary>The ConfigMap.</summary>
    [Proto(2)] public ConfigMapEnvSource? ConfigMapRef { get; init; }

    /// <summary>The Secret.</summary>
    [Proto(3)] public SecretEnvSource? SecretRef { get; init; }
}

/// <summary>A ConfigMap used for environment variables.</summary>
public sealed record ConfigMapEnvSource
{
    /// <summary>Name of the ConfigMap.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>True if the ConfigMap may be missing.</summary>
    [Proto(2, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>A Secret used for environment variables.</summary>
public sealed record SecretEnvSource
{
    /// <summary>Name of the Secret.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>True if the Secret may be missing.</summary>
    [Proto(2, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>One key of a ConfigMap.</summary>
[Atomic]
public sealed record ConfigMapKeySelector
{
    /// <summary>Name of the ConfigMap.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>The key.</summary>
    [Proto(2), Required] public string Key { get; init; } = "";

    /// <summary>True if the ConfigMap or the key may be missing.</summary>
    [Proto(3, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>One key of a Secret.</summary>
[Atomic]
public sealed record SecretKeySelector
{
    /// <summary>Name of the Secret.</summary>
    [Proto(1, 1), Default("\"\"")] public string? Name { get; init; }

    /// <summary>The key; it must be a valid one.</summary>
    [Proto(2), Required] public string Key { get; init; } = "";

    /// <summary>True if the Secret or the key may be missing.</summary>
    [Proto(3, Pointer = true)] public bool? Optional { get; init; }
}

/// <summary>A field of the object that contains the reference.</summary>
[Atomic]
public sealed record ObjectFieldSelector
{
    /// <summary>The version of the schema in which the path is written.</summary>
    [Proto(1), Default("\"v1\"")] public string? ApiVersion { get; init; }

    /// <summary>Path of the field, such as metadata.name.</summary>
    [Proto(2), Required] public string FieldPath { get; init; } = "";
}

/// <summary>A resource of a container, such as limits.cpu, and the unit to give it in.</summary>
[Atomic]
public sealed record ResourceFieldSelector
{
    /// <summary>The container; needed for volumes, not for environment variables.</summary>
    [Proto(1)] public string? ContainerName { get; init; }

    /// <summary>The resource, such as limits.cpu or requests.memory.</summary>
    [Proto(2), Required] public string Resource { get; init; } = "";

    /// <summary>The unit in which the amount is given; the default is 1.</summary>
    [Proto(3), Default("\"0\"")] public Quantity? Divisor { get; init; }
}
