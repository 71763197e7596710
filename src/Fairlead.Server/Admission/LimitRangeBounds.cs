using Fairlead.Api.Resources.Limits;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>LimitRanger's second half: new Pods and claims lie within the bounds of their namespace's LimitRanges.</summary>
public sealed class LimitRangeBounds(KindReader limitRanges) : IAdmission
{
    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (obj is null || context.Target.Subresource.Length > 0) return;
        var isClaim = context.Kind is { Group: "", Plural: "persistentvolumeclaims" };
        if (!isClaim && !context.CreatesPod(operation)) return;
        // What is being deleted may not be held by a bound that came later.
        if (obj.Metadata().Text("deletionTimestamp") is not null) return;
        var all = await limitRanges.ListAsync(context.Namespace, cancellation).ConfigureAwait(false);
        if (all.Count == 0) return;
        var wrong = all.SelectMany(r => isClaim ? LimitBounds.Claim(r, obj) : LimitBounds.Pod(r, obj)).Distinct().ToList();
        if (wrong.Count > 0) throw Refuse.Forbidden(context.Kind, obj.Name(), wrong.Count == 1 ? wrong[0] : $"[{string.Join(", ", wrong)}]");
    }
}
