using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;

namespace Fairlead.Server.Admission.Policies;

/// <summary>Holds one write against one policy with one parameter. Belongs to the write's task.</summary>
sealed class PolicyEvaluation
{
    readonly AdmissionPolicy policy;
    readonly Dictionary<string, object?> variables;
    readonly CelCost cost = new();

    /// <param name="attributes">object, oldObject and request, in the version that the policy asks for.</param>
    public PolicyEvaluation(AdmissionPolicy policy, IReadOnlyDictionary<string, object?> attributes, (JsonObject Object, ResourceDefinition Kind)? param)
    {
        this.policy = policy;
        variables = new(attributes, StringComparer.Ordinal) { ["params"] = param is { } given ? SchemaValues.Of(given.Object, given.Kind.Schema.Value) : null };
        variables["variables"] = new LazyVariables(policy.Variables, variables, cost);
    }

    /// <summary>What is wrong with the write; nothing if the policy does not concern it, or it may not be told and the policy fails open.</summary>
    public IReadOnlyList<PolicyFinding> Run()
    {
        try
        {
            if (!policy.Conditions.Hold(variables)) return [];
        }
        catch (CelException e) { return policy.FailsOpen ? [] : [new(-1, e.Message, "Invalid")]; }
        var found = new List<PolicyFinding>();
        foreach (var (i, validation) in policy.Validations.Index())
        {
            cost.Next();
            try
            {
                var holds = validation.Program.Evaluate(variables, cost);
                if (holds is false) found.Add(new(i, validation.Message(variables, cost), validation.Reason));
                else if (holds is not true && !policy.FailsOpen) found.Add(new(i, $"expression '{validation.Text}' resulted in error: it is no bool", "Invalid"));
            }
            catch (CelException e)
            {
                if (!policy.FailsOpen) found.Add(new(i, $"expression '{validation.Text}' resulted in error: {e.Message}", "Invalid"));
                if (e.IsCost) break;
            }
        }
        return found;
    }

    /// <summary>The policy's audit annotations for the write; those without a value are left out.</summary>
    public IEnumerable<(string Key, string Value)> Annotations()
    {
        foreach (var (key, program) in policy.Annotations)
        {
            cost.Next();
            string? value = null;
            try { value = program.Evaluate(variables, cost) as string; }
            catch (CelException) { } // an annotation keeps nobody from writing
            if (!string.IsNullOrWhiteSpace(value)) yield return (key, value.Trim());
        }
    }
}
