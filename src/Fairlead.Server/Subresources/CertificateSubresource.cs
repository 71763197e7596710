using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>
/// approval and status of CertificateSigningRequests: the one writes conditions alone, the other whatever is in status
/// but Approved and Denied, which it leaves as they are. Both date the conditions, and carry labels and annotations.
/// </summary>
/// <param name="name">approval or status.</param>
public sealed class CertificateSubresource(string name, Verbs verbs, TimeProvider clock) : ISubresource
{
    public string Name => name;

    public bool Serves(ResourceDefinition kind) => kind is { Group: "certificates.k8s.io", Plural: "certificatesigningrequests" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb == "get") return await verbs.GetAsync(call, context, cancellation).ConfigureAwait(false);
        if (context.Target.Verb == "patch" && name == "status" && ContentTypes.IsApply(call))
            return await verbs.PatchAsync(call, context, ChangeScope.Status, cancellation).ConfigureAwait(false);
        var change = await ChangeBody.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(await verbs.Updating.UpdateAsync(context, ChangeScope.Exact, old => Changed(context, old, change((JsonObject)old.DeepClone())), cancellation).ConfigureAwait(false));
    }

    JsonObject Changed(WriteContext context, JsonObject old, JsonObject asked)
    {
        var obj = (JsonObject)old.DeepClone();
        foreach (var field in (string[])["labels", "annotations", "resourceVersion", "uid"])
        {
            if (field is "labels" or "annotations" || asked.Metadata().ContainsKey(field)) obj.Metadata().Carry(asked.Metadata(), field);
        }
        if (obj["status"] is not JsonObject status) obj["status"] = status = [];
        if (name == "approval") status.Carry(asked.Object("status") ?? [], "conditions");
        else obj["status"] = status = WithApproval(asked.Object("status"), old.Object("status"));
        Date(status, old.Object("status"));
        var errors = new FieldErrors();
        if (name == "approval") CertificateSigningRequestRules.ValidateApproval(obj, old, errors);
        else context.Kind.Rules.ValidateStatus(obj, old, errors);
        ObjectChecks.ThrowIfAny(context.Kind, obj, errors);
        return obj;
    }

    /// <summary>The status that is asked for, with the Approved and Denied conditions that there are.</summary>
    static JsonObject WithApproval(JsonObject? asked, JsonObject? old)
    {
        var status = (JsonObject?)asked?.DeepClone() ?? [];
        var conditions = status.Array("conditions") ?? [];
        foreach (var kept in Conditions(old).Where(c => c.Text("type") is "Approved" or "Denied"))
        {
            var index = conditions.Select((c, i) => (c, i)).Where(p => (p.c as JsonObject).Text("type") == kept.Text("type")).Select(p => p.i).DefaultIfEmpty(-1).First();
            if (index < 0) conditions.Insert(0, kept.DeepClone());
            else conditions[index] = kept.DeepClone();
        }
        if (conditions.Count > 0) status["conditions"] = conditions;
        return status;
    }

    void Date(JsonObject status, JsonObject? old)
    {
        var now = ObjectFields.Time(clock.GetUtcNow());
        foreach (var condition in Conditions(status))
        {
            if (condition["lastUpdateTime"] is null) condition["lastUpdateTime"] = now;
            if (condition["lastTransitionTime"] is not null) continue;
            var before = Conditions(old).FirstOrDefault(c => c.Text("type") == condition.Text("type") && c.Text("status") == condition.Text("status"));
            condition["lastTransitionTime"] = before?["lastTransitionTime"]?.DeepClone() ?? now;
        }
    }

    static IEnumerable<JsonObject> Conditions(JsonObject? status) => (status.Array("conditions") ?? []).OfType<JsonObject>();
}
