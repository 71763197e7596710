using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Networking.V1;

/// <summary>
/// A single address that is in use by something in the cluster, such as a Service. Its name is the address in its canonical
/// form, so no address can be taken twice: 192.168.1.5, or 2001:db8::1 as RFC 5952 writes it.
/// </summary>
[Kind("networking.k8s.io", "v1", "ipaddresses", Namespaced = false)]
public sealed record IPAddress : KubeObject
{
    /// <summary>Who uses the address.</summary>
    [Proto(2), Default("{}")] public IPAddressSpec? Spec { get; init; }
}

/// <summary>Who uses an address.</summary>
public sealed record IPAddressSpec
{
    /// <summary>The object that the address belongs to. It cannot be changed.</summary>
    [Proto(1), Required] public ParentReference? ParentRef { get; init; }
}

/// <summary>An object that an address belongs to.</summary>
public sealed record ParentReference
{
    /// <summary>API group of the object; empty for the core group.</summary>
    [Proto(1)] public string? Group { get; init; }

    /// <summary>Resource name of the object, such as services.</summary>
    [Proto(2), Required] public string Resource { get; init; } = "";

    /// <summary>Namespace of the object; empty for one that has none.</summary>
    [Proto(3)] public string? Namespace { get; init; }

    /// <summary>Name of the object.</summary>
    [Proto(4), Required] public string Name { get; init; } = "";
}
