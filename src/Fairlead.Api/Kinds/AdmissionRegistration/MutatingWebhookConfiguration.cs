using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.AdmissionRegistration.V1;

/// <summary>Servers that are asked about requests before they are carried out, and may change the objects in them.</summary>
[Kind("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", Namespaced = false)]
public sealed record MutatingWebhookConfiguration : KubeObject
{
    /// <summary>The servers, each with the requests that it is asked about.</summary>
    [Proto(2), ListMap("name")] public IReadOnlyList<MutatingWebhook>? Webhooks { get; init; }
}

/// <summary>A server that may refuse requests and change the objects in them.</summary>
public sealed record MutatingWebhook
{
    /// <summary>Name of the webhook, fully qualified as in imagepolicy.example.com, and unique in the configuration.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>Where the server is.</summary>
    [Proto(2), Required] public WebhookClientConfig? ClientConfig { get; init; }

    /// <summary>The requests that the server is asked about: those that any of the rules matches. It is never asked about webhook configurations.</summary>
    [Proto(3), Atomic] public IReadOnlyList<RuleWithOperations>? Rules { get; init; }

    /// <summary>What becomes of a request if the server can't be asked or answers with an error: Fail refuses it, Ignore lets it go on. Fail by default.</summary>
    [Proto(4, Pointer = true), Default("\"Fail\""), Values("Fail", "Ignore")] public string? FailurePolicy { get; init; }

    /// <summary>Exact: a request matches only as it was made. Equivalent, the default: it matches too if it changes a resource of the rules by another group or version.</summary>
    [Proto(9, Pointer = true), Default("\"Equivalent\""), Values("Equivalent", "Exact")] public string? MatchPolicy { get; init; }

    /// <summary>Limits the requests to objects whose namespace has such labels; for a Namespace, its own labels. Other objects without a namespace always match.</summary>
    [Proto(5), Default("{}")] public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Limits the requests to objects that have such labels before or after them. Whoever writes an object can thereby go around the server.</summary>
    [Proto(11), Default("{}")] public LabelSelector? ObjectSelector { get; init; }

    /// <summary>Whether asking has effects beyond the answer: None, or NoneOnDryRun if there are none for a dry run.</summary>
    [Proto(6, Pointer = true), Required, Values("None", "NoneOnDryRun")] public string? SideEffects { get; init; }

    /// <summary>How long the answer may take, 1 to 30 seconds. 10 by default.</summary>
    [Proto(7, Pointer = true), Default("10")] public int? TimeoutSeconds { get; init; }

    /// <summary>Versions of AdmissionReview that the server understands, the preferred one first. One must be known here.</summary>
    [Proto(8), Required, Atomic] public IReadOnlyList<string>? AdmissionReviewVersions { get; init; }

    /// <summary>Never, the default: the server is asked once for a request. IfNeeded: once more if others have changed the object since.</summary>
    [Proto(10, Pointer = true), Default("\"Never\""), Values("IfNeeded", "Never")] public string? ReinvocationPolicy { get; init; }

    /// <summary>Conditions that a request must meet beside the rules and selectors; at most 64. One that is false skips the server; one without a value is dealt with by failurePolicy.</summary>
    [Proto(12), ListMap("name")] public IReadOnlyList<MatchCondition>? MatchConditions { get; init; }
}
