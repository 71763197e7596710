using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.ApiRegistration.V1;

/// <summary>Says who serves one version of an API group: this server, or another one behind a Service. Its name is the version and the group, as in v1.example.com.</summary>
[Kind("apiregistration.k8s.io", "v1", "apiservices", Namespaced = false)]
public sealed record APIService : KubeObject
{
    /// <summary>Which group and version, who serves it and where it stands among others.</summary>
    [Proto(2)] public APIServiceSpec? Spec { get; init; }

    /// <summary>Whether it can be reached.</summary>
    [Proto(3)] public APIServiceStatus? Status { get; init; }
}

/// <summary>Who serves a version of a group.</summary>
public sealed record APIServiceSpec
{
    /// <summary>The Service of the server that requests are passed on to, over HTTPS. Without it this server serves the version itself.</summary>
    [Proto(1)] public ServiceReference? Service { get; init; }

    /// <summary>The API group.</summary>
    [Proto(2)] public string? Group { get; init; }

    /// <summary>The version, such as v1.</summary>
    [Proto(3)] public string? Version { get; init; }

    /// <summary>Takes any certificate of the other server. Better is caBundle; both together are refused.</summary>
    [Proto(4)] public bool? InsecureSkipTLSVerify { get; init; }

    /// <summary>The certificates, in PEM, by which the other server's certificate is checked. If empty, those that this server's machine trusts.</summary>
    [Proto(5), Format("byte"), Atomic] public string? CaBundle { get; init; }

    /// <summary>
    /// Where the group stands among groups: the one with the highest number comes first in discovery. Of several
    /// versions of a group the highest number counts. 1 to 20000; equal ones are ordered by name.
    /// </summary>
    [Proto(7), Required, Zero] public int GroupPriorityMinimum { get; init; }

    /// <summary>
    /// Where the version stands within its group: the one with the highest number comes first and is preferred. 1 to
    /// 1000; equal ones are ordered as versions are: v2, v1, v2beta1, v1alpha1, others.
    /// </summary>
    [Proto(8), Required, Zero] public int VersionPriority { get; init; }
}

/// <summary>A Service that a server stands behind.</summary>
public sealed record ServiceReference
{
    /// <summary>Namespace of the Service.</summary>
    [Proto(1)] public string? Namespace { get; init; }

    /// <summary>Name of the Service.</summary>
    [Proto(2)] public string? Name { get; init; }

    /// <summary>Port of the Service, 1 to 65535; 443 if not given.</summary>
    [Proto(3, Pointer = true), Default("443")] public int? Port { get; init; }
}

/// <summary>How things stand with the server of a version.</summary>
public sealed record APIServiceStatus
{
    /// <summary>What is known; the condition Available says whether requests are passed on.</summary>
    [Proto(1), ListMap("type")] public IReadOnlyList<APIServiceCondition>? Conditions { get; init; }
}

/// <summary>One aspect of how things stand.</summary>
public sealed record APIServiceCondition
{
    /// <summary>Name of the condition: Available.</summary>
    [Proto(1), Required, Zero] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Zero] public string Status { get; init; } = "";

    /// <summary>When the status last changed from one value to another.</summary>
    [Proto(3)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word that says why.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details, for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
