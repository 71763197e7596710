using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Webhooks;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>The response of an AdmissionReview, read and checked (admission.k8s.io/v1 and v1beta1).</summary>
/// <param name="Patch">The JSON patch of a webhook that may change the object; null for none.</param>
/// <param name="Annotations">auditAnnotations.</param>
public sealed record WebhookAnswer(bool Allowed, JsonArray? Patch, IReadOnlyList<string> Warnings, IReadOnlyList<(string Key, string Value)> Annotations)
{
    /// <summary>Of a webhook that could not be asked and fails open.</summary>
    public static readonly WebhookAnswer None = new(true, null, [], []);

    JsonObject? Status { get; init; }

    /// <param name="uid">Of the request that is answered.</param>
    /// <param name="mayChange">True for mutating webhooks.</param>
    /// <exception cref="WebhookException">It is no answer to the request.</exception>
    public static WebhookAnswer Read(JsonObject review, string version, string uid, bool mayChange)
    {
        if (version == "v1" || review["apiVersion"] is not null)
        {
            var (expected, got) = ($"admission.k8s.io/{version}, Kind=AdmissionReview", $"{review.Text("apiVersion")}, Kind={review.Text("kind")}");
            if (expected != got) throw new WebhookException($"expected webhook response of {expected}, got {got}");
        }
        var response = review.Object("response") ?? throw new WebhookException("webhook response was absent");
        if (version == "v1" && response.Text("uid") != uid) throw new WebhookException($"expected response.uid=\"{uid}\", got \"{response.Text("uid")}\"");
        var patch = response.Text("patch");
        var type = response.Text("patchType");
        if (!mayChange && (patch is not null || type is not null)) throw new WebhookException($"validating webhook may not return response.{(patch is not null ? "patch" : "patchType")}");
        if (patch is null && type is not null) throw new WebhookException("webhook returned response.patchType but not response.patch");
        if (patch is not null && type != "JSONPatch") throw new WebhookException($"webhook returned invalid response.patchType of \"{type}\"");
        return new(response.Flag("allowed") ?? false, Decode(patch), [.. response.Texts("warnings")],
            [.. (response.Object("auditAnnotations") ?? []).Select(a => (a.Key, (a.Value as JsonValue)?.ToString() ?? ""))]) { Status = response.Object("status") };
    }

    /// <summary>The refusal of a webhook that does not allow the write.</summary>
    public ApiException Denied(string webhook)
    {
        var status = Told();
        var why = $"admission webhook \"{webhook}\" denied the request";
        return new(new Status
        {
            Reason = status.Reason,
            Details = status.Details,
            // An allowing code beside a refusal is a refusal.
            Code = status.Code is >= 400 ? status.Code : 400,
            Outcome = status.Outcome is null or "" or "Success" ? "Failure" : status.Outcome,
            Message = status.Message is { Length: > 0 } message ? $"{why}: {message}" : status.Reason is { Length: > 0 } reason ? $"{why}: {reason}" : $"{why} without explanation",
        });
    }

    Status Told()
    {
        if (Status is null) return new();
        try { return ApiJson.Read<Status>(JsonTree.Write(Status).Span); }
        catch (JsonException) { return new() { Message = Status.Text("message") }; }
    }

    static JsonArray? Decode(string? patch)
    {
        if (patch is null) return null;
        try { return JsonTree.Parse(Convert.FromBase64String(patch)) as JsonArray ?? throw new WebhookException("response.patch is no list of operations"); }
        catch (Exception e) when (e is FormatException or MalformedInputException) { throw new WebhookException($"response.patch can't be read: {e.Message}", e); }
    }
}
