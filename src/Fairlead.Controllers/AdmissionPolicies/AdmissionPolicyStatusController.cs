using Fairlead.Api.AdmissionRegistration;
using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.ApiExtensions.V1;
using Fairlead.Api.CustomResources;
using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Reconciling;
using Fairlead.Json;

namespace Fairlead.Controllers.AdmissionPolicies;

/// <summary>
/// Notes in the status of each ValidatingAdmissionPolicy which generation of it has been seen, and where the types of its
/// expressions don't fit the kinds that it is about. As upstream, once a generation: a kind that is defined later is looked
/// at when the policy is next changed.
/// </summary>
public sealed class AdmissionPolicyStatusController : IController
{
    readonly ControllerContext context;
    readonly Informer<ValidatingAdmissionPolicy> policies;
    readonly Informer<CustomResourceDefinition> definitions;

    public AdmissionPolicyStatusController(ControllerContext context)
    {
        this.context = context;
        Queue = context.NewQueue();
        definitions = context.Informers.Of<CustomResourceDefinition>();
        policies = context.Informers.Of<ValidatingAdmissionPolicy>();
        policies.OnChange((_, now) => { if (now is not null) Queue.Add(ObjectKey.Of(now)); });
    }

    public string Name => "validatingadmissionpolicy-status-controller";
    public WorkQueue<ObjectKey> Queue { get; }

    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        if (policies.Get(key) is not { } policy || policy.Status?.ObservedGeneration >= policy.Metadata.Generation) return null;
        var warnings = new PolicyTypeCheck(Kinds()).Check(policy);
        var status = (policy.Status ?? new()) with
        {
            ObservedGeneration = policy.Metadata.Generation,
            TypeChecking = new() { ExpressionWarnings = warnings.Count > 0 ? warnings : null },
        };
        await context.Client.UpdateStatusAsync(policy with { Status = status }, cancellation).ConfigureAwait(false);
        return null;
    }

    IReadOnlyList<ResourceDefinition> Kinds() => [.. BuiltInResources.All, .. definitions.List().SelectMany(Versions)];

    IEnumerable<ResourceDefinition> Versions(CustomResourceDefinition definition)
    {
        if (definition.Status?.AcceptedNames is null) return [];
        try { return CustomKindReader.Read(JsonNode.Parse(ApiJson.Write(definition))!.AsObject(), (objects, _, _) => new(objects)); }
        catch (FormatException e)
        {
            context.Log($"{Name}: types of {definition.Metadata.Name} are not checked: {e.Message}");
            return [];
        }
    }
}
