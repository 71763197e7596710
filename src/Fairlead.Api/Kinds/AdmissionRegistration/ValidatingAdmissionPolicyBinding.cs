using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.AdmissionRegistration.V1;

/// <summary>Puts a ValidatingAdmissionPolicy into force: with which parameters, for which requests, and what follows from a failure (KEP-3488).</summary>
[Kind("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", Namespaced = false)]
public sealed record ValidatingAdmissionPolicyBinding : KubeObject
{
    /// <summary>The policy and how it is applied.</summary>
    [Proto(2)] public ValidatingAdmissionPolicyBindingSpec? Spec { get; init; }
}

/// <summary>A policy and how it is applied.</summary>
public sealed record ValidatingAdmissionPolicyBindingSpec
{
    /// <summary>Name of the policy. A binding to one that does not exist has no effect.</summary>
    [Proto(1)] public string? PolicyName { get; init; }

    /// <summary>The objects that are the policy's parameters, of its paramKind. The policy is applied once for each.</summary>
    [Proto(2)] public ParamRef? ParamRef { get; init; }

    /// <summary>Limits the requests further than the policy does. Without resourceRules it does not limit the resources.</summary>
    [Proto(3)] public MatchResources? MatchResources { get; init; }

    /// <summary>What follows from a failure: Deny refuses the request, Warn adds a warning to the answer, Audit an annotation to the audit event. Deny and Warn exclude each other.</summary>
    [Proto(4), ListSet] public IReadOnlyList<string>? ValidationActions { get; init; }
}

/// <summary>Objects by name or by labels.</summary>
[Atomic]
public sealed record ParamRef
{
    /// <summary>Name of the object. Either this or selector is given.</summary>
    [Proto(1)] public string? Name { get; init; }

    /// <summary>Namespace of the objects. Without it, that of the request's object. A kind without namespaces must not have one.</summary>
    [Proto(2)] public string? Namespace { get; init; }

    /// <summary>Labels of the objects; {} means all.</summary>
    [Proto(3)] public LabelSelector? Selector { get; init; }

    /// <summary>What follows if there is no such object: Allow passes the request, Deny leaves it to the policy's failurePolicy.</summary>
    [Proto(4, Pointer = true)] public string? ParameterNotFoundAction { get; init; }
}
