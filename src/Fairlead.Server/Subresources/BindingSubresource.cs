using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>pods/binding: gives a Pod its node, once.</summary>
public sealed class BindingSubresource(Verbs verbs, TimeProvider clock) : ISubresource
{
    public string Name => "binding";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "pods" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        var binding = await ObjectDecoder.ReadAsync<Binding>(call, cancellation).ConfigureAwait(false);
        var node = binding.Object("target").Text("name");
        if (node is null)
        {
            var errors = new FieldErrors();
            errors.Required("target.name");
            throw Refuse.Invalid(context.Kind with { Kind = "Binding" }, context.Target.Name!, errors);
        }
        await verbs.Admission.AdmitAsync(AdmissionOperation.Create, context with { Form = new("", "v1", "Binding") }, binding, null, cancellation).ConfigureAwait(false);
        await verbs.Updating.UpdateAsync(context with { FieldManager = null, IsAdmitted = true }, ChangeScope.Exact, pod => Bind(context, pod, binding, node), cancellation).ConfigureAwait(false);
        return Statuses.Success(201);
    }

    JsonObject Bind(WriteContext context, JsonObject pod, JsonObject binding, string node)
    {
        var name = context.Target.Name!;
        if (binding.Object("metadata").Text("uid") is { } uid && uid != pod.Metadata().Text("uid"))
        {
            throw Refuse.Conflict(context.Kind, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.Metadata().Text("uid")}");
        }
        if (pod.Metadata().Text("deletionTimestamp") is not null) throw Refuse.Conflict(context.Kind, name, $"pod {name} is being deleted, cannot be assigned to a host");
        if (pod.Object("spec").Text("nodeName") is { } already) throw Refuse.Conflict(context.Kind, name, $"pod {name} is already assigned to node \"{already}\"");
        pod["spec"]!["nodeName"] = node;
        if (pod["status"] is not JsonObject) pod["status"] = new JsonObject();
        var status = (JsonObject)pod["status"]!;
        var conditions = status.Array("conditions");
        if (conditions is null) status["conditions"] = conditions = [];
        foreach (var old in conditions.OfType<JsonObject>().Where(c => c.Text("type") == "PodScheduled").ToArray()) conditions.Remove(old);
        conditions.Add(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = ObjectFields.Time(clock.GetUtcNow()) });
        return pod;
    }
}
