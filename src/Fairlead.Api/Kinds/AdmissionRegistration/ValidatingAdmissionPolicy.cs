using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.AdmissionRegistration.V1;

/// <summary>Says by expressions which requests are accepted (KEP-3488). Bindings put it into force.</summary>
[Kind("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", Namespaced = false)]
public sealed record ValidatingAdmissionPolicy : KubeObject
{
    /// <summary>What the policy asks for.</summary>
    [Proto(2)] public ValidatingAdmissionPolicySpec? Spec { get; init; }

    /// <summary>What is known of the policy.</summary>
    [Proto(3)] public ValidatingAdmissionPolicyStatus? Status { get; init; }
}

/// <summary>Which requests a policy is about and what they must meet.</summary>
public sealed record ValidatingAdmissionPolicySpec
{
    /// <summary>The kind of the objects that bindings may hand to the policy as its parameters. Without it there is no params variable.</summary>
    [Proto(1)] public ParamKind? ParamKind { get; init; }

    /// <summary>The requests that the policy is about; at least one of resourceRules is needed. It is never applied to policies and their bindings.</summary>
    [Proto(2), Required] public MatchResources? MatchConstraints { get; init; }

    /// <summary>What requests must meet. They or auditAnnotations must have an element.</summary>
    [Proto(3), Atomic] public IReadOnlyList<Validation>? Validations { get; init; }

    /// <summary>What becomes of a request if an expression has no value or the policy can't be applied: Fail does as validationActions say, Ignore lets it go on. Fail by default.</summary>
    [Proto(4, Pointer = true), Default("\"Fail\""), Values("Fail", "Ignore")] public string? FailurePolicy { get; init; }

    /// <summary>What is added to the audit event of a request; at most 20.</summary>
    [Proto(5), Atomic] public IReadOnlyList<AuditAnnotation>? AuditAnnotations { get; init; }

    /// <summary>Conditions that a request must meet beside the rules and selectors; at most 64. One that is false skips the policy; one without a value is dealt with by failurePolicy.</summary>
    [Proto(6), ListMap("name")] public IReadOnlyList<MatchCondition>? MatchConditions { get; init; }

    /// <summary>Expressions with names, for use in other expressions as variables.name. Each may use those before it.</summary>
    [Proto(7), ListMap("name")] public IReadOnlyList<Variable>? Variables { get; init; }
}

/// <summary>A kind by its name and API version.</summary>
[Atomic]
public sealed record ParamKind
{
    /// <summary>Group and version of the kind, as in apps/v1.</summary>
    [Proto(1)] public string? ApiVersion { get; init; }

    /// <summary>The kind.</summary>
    [Proto(2)] public string? Kind { get; init; }
}

/// <summary>An expression that a request must make true.</summary>
public sealed record Validation
{
    /// <summary>
    /// The expression, true if the request is accepted. It may use object (null at a deletion), oldObject (null at a creation), request,
    /// params, namespaceObject, variables, authorizer and authorizer.requestResource.
    /// </summary>
    [Proto(1), Required] public string Expression { get; init; } = "";

    /// <summary>What the user is told; without it, "failed expression" and the expression. No line breaks.</summary>
    [Proto(2)] public string? Message { get; init; }

    /// <summary>The reason and thereby the HTTP code of the refusal, if this is the first to fail: Forbidden, Invalid or RequestEntityTooLarge. Invalid if not given.</summary>
    [Proto(3, Pointer = true)] public string? Reason { get; init; }

    /// <summary>An expression that makes the message, which is used if it has no value. It may not use the authorizer.</summary>
    [Proto(4)] public string? MessageExpression { get; init; }
}

/// <summary>An expression whose value is added to a request's audit event.</summary>
public sealed record AuditAnnotation
{
    /// <summary>Key of the annotation, after the policy's name and a slash.</summary>
    [Proto(1), Required] public string Key { get; init; } = "";

    /// <summary>The expression, a text, or null or empty for no annotation; at most 5 kB. What is longer than 10 kB is cut.</summary>
    [Proto(2), Required] public string ValueExpression { get; init; } = "";
}

/// <summary>An expression with a name.</summary>
[Atomic]
public sealed record Variable
{
    /// <summary>The name, an identifier of the language.</summary>
    [Proto(1), Required] public string Name { get; init; } = "";

    /// <summary>The expression. It may use what validations may, and the variables before it.</summary>
    [Proto(2), Required] public string Expression { get; init; } = "";
}

/// <summary>What is known of a policy.</summary>
public sealed record ValidatingAdmissionPolicyStatus
{
    /// <summary>The metadata.generation that the rest was computed from.</summary>
    [Proto(1)] public long? ObservedGeneration { get; init; }

    /// <summary>What was found when the types of the expressions were checked. It is there once they were.</summary>
    [Proto(2)] public TypeChecking? TypeChecking { get; init; }

    /// <summary>The current state.</summary>
    [Proto(3), ListMap("type")] public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What was found when types were checked.</summary>
public sealed record TypeChecking
{
    /// <summary>A warning for each expression whose types don't fit.</summary>
    [Proto(1), Atomic] public IReadOnlyList<ExpressionWarning>? ExpressionWarnings { get; init; }
}

/// <summary>What is wrong with the types of one expression.</summary>
public sealed record ExpressionWarning
{
    /// <summary>Path of the expression, such as spec.validations[0].expression.</summary>
    [Proto(2), Required] public string FieldRef { get; init; } = "";

    /// <summary>What is wrong, for people.</summary>
    [Proto(3), Required] public string Warning { get; init; } = "";
}
