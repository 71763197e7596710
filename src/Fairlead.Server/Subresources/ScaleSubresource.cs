using Fairlead.Api.Autoscaling.V1;
using Fairlead.Api.CustomResources;
using Fairlead.Api.Errors;
using Fairlead.Api.ManagedFields;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>scale of the kinds with replicas: autoscaling/v1 Scale, read from and written to the object itself.</summary>
public sealed class ScaleSubresource(Verbs verbs) : ISubresource
{
    static readonly GroupVersionKind ScaleForm = new("autoscaling", "v1", "Scale");

    public string Name => "scale";

    public bool Serves(ResourceDefinition kind) => kind.Scale is not null || kind is { Group: "apps", Plural: "deployments" or "replicasets" or "statefulsets" } or { Group: "", Plural: "replicationcontrollers" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var target = context.Target;
        if (target.Verb == "get")
        {
            var entry = await verbs.Reading.GetAsync(context.Kind, target.Namespace, target.Name!, cancellation).ConfigureAwait(false);
            return ApiAnswer.Of(StoredObject.Bytes(Scale(context.Kind, await Versions.ConvertAsync(context.Kind, StoredObject.Parse(entry), cancellation).ConfigureAwait(false))));
        }
        Func<JsonObject, JsonObject> change;
        if (target.Verb == "update")
        {
            var asked = await ObjectDecoder.ReadAsync<Scale>(call, cancellation).ConfigureAwait(false);
            change = _ => asked;
        }
        else if (target.Verb == "patch" && ContentTypes.IsApply(call))
        {
            var config = ApplyBody.Parse(context, await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false));
            var answer = await verbs.ApplyAsync(call, context, ChangeScope.Exact, OfObject(context, config), cancellation, async (live, merged, before, after) =>
            {
                var old = Scale(context.Kind, await Versions.ConvertAsync(context.Kind, live, cancellation).ConfigureAwait(false));
                var obj = await Versions.ConvertAsync(context.Kind, merged, cancellation).ConfigureAwait(false);
                var scale = Scale(context.Kind, obj);
                await AdmitAsync(context, scale, old, OwnersOf(context, after), OwnersOf(context, before), cancellation).ConfigureAwait(false);
                return await Versions.ToStoredAsync(context.Kind, Apply(context, obj, scale), cancellation).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return ApiAnswer.Of(StoredObject.Bytes(Scale(context.Kind, JsonTree.ParseObject(answer.Body.Span))));
        }
        else if (target.Verb == "patch")
        {
            var patch = PatchBody.Read(ContentTypes.Patch(call, context.Kind), await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false));
            change = scale => patch.ApplyUntyped(context, scale);
        }
        else
        {
            throw Refuse.MethodNotAllowed();
        }
        var json = await verbs.Updating.UpdateAsync(context.Stored() with { IsAdmitted = true }, ChangeScope.Exact, async stored =>
        {
            var (managers, obj) = (stored.Managers, await stored.CopyAsync(context.Kind, cancellation).ConfigureAwait(false));
            var (scale, old) = (change(Scale(context.Kind, obj)), Scale(context.Kind, obj));
            var before = OwnersOf(context, managers);
            var same = Replicas(scale) == Replicas(old) || managers.IsEmpty;
            await AdmitAsync(context, scale, old, same ? before : ScaleOwners.Changed(context, verbs.Now), before, cancellation).ConfigureAwait(false);
            return (await Versions.ToStoredAsync(context.Kind, Apply(context, obj, scale), cancellation).ConfigureAwait(false), null);
        }, cancellation).ConfigureAwait(false);
        var served = await Versions.ServedAsync(context.Kind, json, cancellation).ConfigureAwait(false);
        return ApiAnswer.Of(StoredObject.Bytes(Scale(context.Kind, JsonTree.ParseObject(served.Span))));
    }

    /// <summary>Admits the Scale in its own kind; what webhooks change of it is changed in place.</summary>
    ValueTask AdmitAsync(WriteContext context, JsonObject scale, JsonObject old, FieldManagers after, FieldManagers before, CancellationToken cancellation)
    {
        var shown = verbs.Admission.Showing(context with { Form = ScaleForm }, after, before);
        return verbs.Admission.AdmitAsync(AdmissionOperation.Update, shown, scale, old, cancellation);
    }

    static FieldManagers OwnersOf(WriteContext context, FieldManagers owners)
    {
        var only = new JsonObject();
        SetReplicas(context.Kind, only, 0);
        return ScaleOwners.Of(owners, only, context.Kind);
    }

    static long Replicas(JsonObject scale) => scale.Object("spec").Number("replicas") ?? 0;

    static void SetReplicas(ResourceDefinition kind, JsonObject obj, long replicas)
    {
        if (kind.Scale is { } paths) paths.Replicas.Set(obj, replicas);
        else if (obj["spec"] is JsonObject spec) spec["replicas"] = replicas;
        else obj["spec"] = new JsonObject { ["replicas"] = replicas };
    }

    static JsonObject Apply(WriteContext context, JsonObject obj, JsonObject scale)
    {
        var replicas = Replicas(scale);
        CheckReplicas(context, replicas);
        if (scale.Object("metadata").Text("resourceVersion") is { } revision) obj.Metadata()["resourceVersion"] = revision;
        SetReplicas(context.Kind, obj, replicas);
        return obj;
    }

    static void CheckReplicas(WriteContext context, long replicas)
    {
        if (replicas is >= 0 and <= int.MaxValue) return;
        var errors = new FieldErrors();
        errors.Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        throw Refuse.Invalid(context.Kind with { Group = "autoscaling", Kind = "Scale" }, context.Target.Name!, errors);
    }

    /// <summary>An applied Scale in the terms of the object that it scales.</summary>
    static JsonObject OfObject(WriteContext context, JsonObject scale)
    {
        if (scale.Text("apiVersion") != "autoscaling/v1" || scale.Text("kind") != "Scale")
            throw Refuse.BadRequest($"invalid object type: {scale.Text("apiVersion")}, Kind={scale.Text("kind")}");
        var replicas = Replicas(scale);
        CheckReplicas(context, replicas);
        var config = new JsonObject { ["apiVersion"] = context.Kind.ApiVersion, ["kind"] = context.Kind.Kind };
        SetReplicas(context.Kind, config, replicas);
        foreach (var field in (string[])["name", "namespace", "resourceVersion"]) config.Metadata().Carry(scale.Metadata(), field);
        return config;
    }

    static JsonObject Scale(ResourceDefinition kind, JsonObject obj)
    {
        var metadata = new JsonObject();
        foreach (var field in (string[])["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]) metadata.Carry(obj.Metadata(), field);
        var status = new JsonObject { ["replicas"] = kind.Scale is { } paths ? Count(paths.StatusReplicas, obj) : obj.Object("status").Number("replicas") ?? 0 };
        if (kind.Scale is { Selector: { } path } && path.First(obj) is JsonValue text && text.TryGetValue(out string? written)) status["selector"] = written;
        else if (kind.Scale is null && obj.Object("spec").Object("selector") is { } selector) status["selector"] = SelectorText(selector);
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = kind.Scale is { } from ? Count(from.Replicas, obj) : obj.Object("spec").Number("replicas") ?? 0 },
            ["status"] = status,
        };
    }

    static long Count(SimplePath path, JsonObject obj) => path.First(obj) is JsonValue value && value.TryGetValue(out long count) ? count : 0;

    /// <summary>A LabelSelector, or the plain map of labels of a ReplicationController, as its query text.</summary>
    static string SelectorText(JsonObject selector)
    {
        var isPlain = selector.All(p => p.Value is JsonValue);
        var terms = ((isPlain ? selector : selector.Object("matchLabels")) ?? []).Select(l => $"{l.Key}={l.Value}")
            .Concat((selector.Array("matchExpressions") ?? []).OfType<JsonObject>().Select(Term));
        return string.Join(',', terms.Order(StringComparer.Ordinal));
    }

    static string Term(JsonObject expression)
    {
        var key = expression.Text("key");
        var values = string.Join(',', expression.Texts("values"));
        return expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
