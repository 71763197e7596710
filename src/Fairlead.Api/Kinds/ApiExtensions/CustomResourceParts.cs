using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.ApiExtensions.V1;

/// <summary>What lies under an object.</summary>
public sealed record CustomResourceSubresources
{
    /// <summary>If present, status is written at its own path only, and generation counts changes of all else but metadata.</summary>
    [Proto(1)] public JsonObject? Status { get; init; }

    /// <summary>If present, the object can be scaled as autoscaling/v1 Scale.</summary>
    [Proto(2)] public CustomResourceSubresourceScale? Scale { get; init; }
}

/// <summary>Where an object keeps what Scale shows.</summary>
public sealed record CustomResourceSubresourceScale
{
    /// <summary>Path under .spec of the number of replicas wanted.</summary>
    [Proto(1), Required] public string SpecReplicasPath { get; init; } = "";

    /// <summary>Path under .status of the number of replicas there are.</summary>
    [Proto(2), Required] public string StatusReplicasPath { get; init; } = "";

    /// <summary>Path under .status or .spec of a label selector written as text, which the horizontal autoscaler needs.</summary>
    [Proto(3, Pointer = true)] public string? LabelSelectorPath { get; init; }
}

/// <summary>One column of kubectl get.</summary>
public sealed record CustomResourceColumnDefinition
{
    /// <summary>Heading.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Type of what is shown: integer, number, string, boolean or date.</summary>
    [Proto(2), Required] public string Type { get; init; } = "";

    /// <summary>OpenAPI format, which may change how the value is shown. name marks the column that identifies the object.</summary>
    [Proto(3)] public string? Format { get; init; }

    /// <summary>What the column is about, for people.</summary>
    [Proto(4)] public string? Description { get; init; }

    /// <summary>Columns above 0 are shown only where there is room (kubectl get -o wide).</summary>
    [Proto(5)] public int? Priority { get; init; }

    /// <summary>Simple path, such as .spec.replicas, of the value in each object.</summary>
    [Proto(6), Required] public string JsonPath { get; init; } = "";
}

/// <summary>How an object is turned from one version into another.</summary>
public sealed record CustomResourceConversion
{
    /// <summary>None changes apiVersion alone; Webhook asks an HTTPS server.</summary>
    [Proto(1), Required] public string Strategy { get; init; } = "";

    /// <summary>Whom to ask. Required for Webhook.</summary>
    [Proto(2)] public WebhookConversion? Webhook { get; init; }
}

/// <summary>An HTTPS server that converts objects.</summary>
public sealed record WebhookConversion
{
    /// <summary>Where the server is.</summary>
    [Proto(2)] public WebhookClientConfig? ClientConfig { get; init; }

    /// <summary>Versions of ConversionReview that the server understands, the preferred one first. One must be known here.</summary>
    [Proto(3), Required, Atomic] public IReadOnlyList<string>? ConversionReviewVersions { get; init; }
}

/// <summary>Where an HTTPS server is: at an address or behind a Service.</summary>
public sealed record WebhookClientConfig
{
    /// <summary>Address of the server, beginning with https://. Neither credentials nor query or fragment may be in it.</summary>
    [Proto(3, Pointer = true)] public string? Url { get; init; }

    /// <summary>The Service behind which the server is. Either this or url is given.</summary>
    [Proto(1)] public ServiceReference? Service { get; init; }

    /// <summary>Certificates, as PEM, by which the server's own is verified. Without any, those that the machine trusts.</summary>
    [Proto(2), Format("byte")] public string? CaBundle { get; init; }
}

/// <summary>A Service, and the path and port at it.</summary>
public sealed record ServiceReference
{
    /// <summary>Namespace of the Service.</summary>
    [Proto(1), Required] public string Namespace { get; init; } = "";

    /// <summary>Name of the Service.</summary>
    [Proto(2), Required] public string Name { get; init; } = "";

    /// <summary>Path to ask at.</summary>
    [Proto(3, Pointer = true)] public string? Path { get; init; }

    /// <summary>Port of the Service; 443 by default.</summary>
    [Proto(4, Pointer = true)] public int? Port { get; init; }
}

/// <summary>Which names a kind has got and whether it is served.</summary>
public sealed record CustomResourceDefinitionStatus
{
    /// <summary>Aspects of the current state: NamesAccepted, Established, Terminating, NonStructuralSchema.</summary>
    [Proto(1), ListMap("type", PatchReplace = true)] public IReadOnlyList<CustomResourceDefinitionCondition>? Conditions { get; init; }

    /// <summary>The names under which the kind is served. They may differ from those asked for while another kind has these.</summary>
    [Proto(2)] public CustomResourceDefinitionNames? AcceptedNames { get; init; }

    /// <summary>Every version in which objects were ever stored. One may be taken out here after its objects were all written anew.</summary>
    [Proto(3), Atomic] public IReadOnlyList<string>? StoredVersions { get; init; }
}

/// <summary>One aspect of a definition's current state.</summary>
public sealed record CustomResourceDefinitionCondition
{
    // Upstream takes conditions without type and status as if these were empty, and so do the defaults here.
    /// <summary>Name of the condition.</summary>
    [Proto(1), Required, Default("\"\"")] public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Proto(2), Required, Default("\"\"")] public string Status { get; init; } = "";

    /// <summary>When the status last changed.</summary>
    [Proto(3)] public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>One CamelCase word that says why, for programs.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Details, for people.</summary>
    [Proto(5)] public string? Message { get; init; }
}
