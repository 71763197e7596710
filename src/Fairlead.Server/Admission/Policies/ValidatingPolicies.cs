using Fairlead.Api.Meta.V1;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission.Policies;

/// <summary>ValidatingAdmissionPolicy: rules in CEL, where and how strictly they are bound (KEP-3488).</summary>
public sealed class ValidatingPolicies(PolicyTable table, AdmissionSources sources, PolicyParams parameters) : IAdmission
{
    public ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        var bound = table.Bound;
        if (bound.Count == 0 || !AdmissionAttributes.AreConfigurable(context)) return default;
        return AdmitAsync(bound, new AdmissionAttributes(sources, operation, context, obj, old), cancellation);
    }

    async ValueTask AdmitAsync(
        IReadOnlyList<(AdmissionPolicy Policy, IReadOnlyList<PolicyBinding> Bindings)> bound, AdmissionAttributes attributes, CancellationToken cancellation)
    {
        var outcome = new PolicyOutcome(attributes.Context);
        foreach (var (policy, bindings) in bound)
        {
            if (await policy.Constraints.MatchAsync(attributes, cancellation).ConfigureAwait(false) is not { } kind) continue;
            Dictionary<string, object?>? variables = null;
            foreach (var binding in bindings)
            {
                if (binding.Constraints is { } narrower && await narrower.MatchAsync(attributes, cancellation).ConfigureAwait(false) is null) continue;
                if (variables is null)
                {
                    variables = await attributes.VariablesAsync(kind, cancellation).ConfigureAwait(false);
                    variables["namespaceObject"] = Fairlead.Cel.Values.JsonValues.Of(await attributes.NamespaceAsync(cancellation).ConfigureAwait(false));
                }
                try
                {
                    foreach (var param in await parameters.FindAsync(policy, binding, attributes, cancellation).ConfigureAwait(false))
                        outcome.Add(policy, binding, new PolicyEvaluation(policy, variables, param));
                }
                catch (PolicyConfigurationException e)
                {
                    if (!policy.FailsOpen) outcome.Refuse(policy, binding, new(-1, $"failed to configure binding: {e.Message}", "Invalid"));
                }
            }
        }
        outcome.Settle(attributes.Name);
    }

    /// <summary>What the policies found, and what their bindings make of it.</summary>
    sealed class PolicyOutcome(WriteContext context)
    {
        readonly JsonArray audited = [];
        readonly SortedDictionary<string, SortedSet<string>> annotations = new(StringComparer.Ordinal);
        (string Message, string Reason)? refusal;

        public void Add(AdmissionPolicy policy, PolicyBinding binding, PolicyEvaluation evaluation)
        {
            foreach (var finding in evaluation.Run())
            {
                if (binding.Denies) Refuse(policy, binding, finding);
                if (binding.Warns) context.Warn($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}': {finding.Message}");
                if (binding.Audits) Audit(policy, binding, finding);
            }
            foreach (var (key, value) in evaluation.Annotations())
            {
                if (!annotations.TryGetValue($"{policy.Name}/{key}", out var values)) annotations[$"{policy.Name}/{key}"] = values = new(StringComparer.Ordinal);
                values.Add(value);
            }
        }

        /// <summary>Of several refusals the first is told.</summary>
        public void Refuse(AdmissionPolicy policy, PolicyBinding binding, PolicyFinding finding) =>
            refusal ??= ($"ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}' denied request: {finding.Message}", finding.Reason);

        /// <exception cref="Api.Errors.ApiException">A binding denies the write.</exception>
        public void Settle(string name)
        {
            if (audited.Count > 0) context.Annotate("validation.policy.admission.k8s.io/validation_failure", audited.ToJsonString());
            foreach (var (key, values) in annotations) context.Annotate(key, string.Join(", ", values));
            if (refusal is not { } refused) return;
            throw Responding.Refuse.Forbidden(context.Kind, name, refused.Message, new StatusCause { Message = refused.Message }).As(Code(refused.Reason), refused.Reason);
        }

        void Audit(AdmissionPolicy policy, PolicyBinding binding, PolicyFinding finding) => audited.Add(new JsonObject
        {
            ["message"] = finding.Message,
            ["policy"] = policy.Name,
            ["binding"] = binding.Name,
            ["expressionIndex"] = finding.Index,
            ["validationActions"] = new JsonArray([.. binding.Actions.Select(a => (JsonNode?)a)]),
        });

        static int Code(string reason) => reason switch
        {
            "Unauthorized" => 401,
            "Forbidden" => 403,
            "RequestEntityTooLarge" => 413,
            _ => 422,
        };
    }
}
