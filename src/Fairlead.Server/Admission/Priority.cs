using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// A Pod's priority and preemption policy are those of its PriorityClass, or of the class that is the default, or 0. No
/// two classes are the default.
/// </summary>
public sealed class Priority(KindReader classes) : IAdmission
{
    const string Preempts = "PreemptLowerPriority";

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (context.Kind is { Group: "scheduling.k8s.io", Plural: "priorityclasses" } && obj is not null)
            await CheckDefaultAsync(context, obj, cancellation).ConfigureAwait(false);
        if (!context.CreatesPod(operation) || obj.Object("spec") is not { } spec) return;
        var found = await ClassAsync(context, obj!, spec, cancellation).ConfigureAwait(false);
        var (priority, policy) = (found.Number("value") ?? 0, found.Text("preemptionPolicy") ?? Preempts);
        if (spec.Number("priority") is { } given && given != priority)
            throw Refuse.Forbidden(context.Kind, obj!.Name(),
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        if (spec.Text("preemptionPolicy") is { } asked && asked != policy)
            throw Refuse.Forbidden(context.Kind, obj!.Name(),
                $"the string value of PreemptionPolicy ({asked}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        spec["priority"] = priority;
        spec["preemptionPolicy"] = policy;
    }

    async ValueTask<JsonObject?> ClassAsync(WriteContext context, JsonObject pod, JsonObject spec, CancellationToken cancellation)
    {
        if (spec.Text("priorityClassName") is { } name)
        {
            return await classes.GetAsync(null, name, cancellation).ConfigureAwait(false)
                ?? throw Refuse.Forbidden(context.Kind, pod.Name(), $"no PriorityClass with name {name} was found");
        }
        // Old clusters may have several defaults: the lowest is taken.
        var all = await classes.ListAsync(null, cancellation).ConfigureAwait(false);
        var standard = all.Where(c => c.Flag("globalDefault") == true).MinBy(c => c.Number("value"));
        if (standard is not null) spec["priorityClassName"] = standard.Name();
        return standard;
    }

    async ValueTask CheckDefaultAsync(WriteContext context, JsonObject obj, CancellationToken cancellation)
    {
        if (obj.Flag("globalDefault") != true) return;
        var all = await classes.ListAsync(null, cancellation).ConfigureAwait(false);
        if (all.FirstOrDefault(c => c.Flag("globalDefault") == true && c.Name() != obj.Name()) is { } other)
            throw Refuse.Forbidden(context.Kind, obj.Name(), $"PriorityClass {other.Name()} is already marked as default. Only one default can exist");
    }
}
