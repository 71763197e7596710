using Fairlead.Api.Resources.Quotas;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>A Pod of a RuntimeClass bears its overhead, and runs where the class can run (KEP-585, KEP-688).</summary>
public sealed class RuntimeClassAdmission(KindReader classes) : IAdmission
{
    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (!context.CreatesPod(operation) || obj.Object("spec") is not { } spec) return;
        if (spec.Text("runtimeClassName") is not { } name)
        {
            if (spec.Object("overhead") is { Count: > 0 }) throw Reject("Pod Overhead set without corresponding RuntimeClass defined Overhead");
            return;
        }
        var found = await classes.GetAsync(null, name, cancellation).ConfigureAwait(false) ?? throw Reject($"RuntimeClass \"{name}\" not found");
        Overhead(spec, found);
        if (found.Object("scheduling") is { } scheduling) Schedule(spec, scheduling);

        Exception Reject(string why) => Refuse.Forbidden(context.Kind, obj!.Name(), "pod rejected: " + why);

        void Overhead(JsonObject pod, JsonObject runtime)
        {
            var fixedCost = runtime.Object("overhead").Object("podFixed");
            if (pod.Object("overhead") is { Count: > 0 } own)
            {
                var (asked, defined) = (Amounts.Read(own), Amounts.Read(fixedCost));
                if (asked.Count != defined.Count || asked.Any(a => !defined.TryGetValue(a.Key, out var cost) || cost != a.Value))
                    throw Reject("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
            }
            else if (fixedCost is not null) pod["overhead"] = fixedCost.DeepClone();
        }

        void Schedule(JsonObject pod, JsonObject scheduling)
        {
            foreach (var (key, value) in scheduling.Object("nodeSelector") ?? [])
            {
                if (pod["nodeSelector"] is not JsonObject selector) pod["nodeSelector"] = selector = [];
                if (selector[key] is { } own && !JsonNode.DeepEquals(own, value)) throw Reject($"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}");
                selector[key] = value?.DeepClone();
            }
            foreach (var toleration in scheduling.Array("tolerations") ?? [])
            {
                if (pod["tolerations"] is not JsonArray tolerations) pod["tolerations"] = tolerations = [];
                if (!tolerations.Any(t => JsonNode.DeepEquals(t, toleration))) tolerations.Add(toleration?.DeepClone());
            }
        }
    }
}
