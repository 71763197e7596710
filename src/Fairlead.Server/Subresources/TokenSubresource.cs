using Fairlead.Api.Authentication.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Authentication;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>serviceaccounts/token: TokenRequest (KEP-1205), bound to a Pod or a Node (KEP-4193) if one is named.</summary>
public sealed class TokenSubresource(Verbs verbs, ITokenIssuer? issuer, ResourceDefinition pods, ResourceDefinition nodes) : ISubresource
{
    const long MinSeconds = 600;
    const long MaxSeconds = 1L << 32;
    const long DefaultSeconds = 3600;

    public string Name => "token";

    public bool Serves(ResourceDefinition kind) => kind is { Group: "", Plural: "serviceaccounts" };

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        if (issuer is null) throw Refuse.Unavailable("no key to sign service accounts' tokens with");
        var request = await ObjectDecoder.ReadAsync<TokenRequest>(call, cancellation).ConfigureAwait(false);
        var account = StoredObject.Parse(await verbs.Reading.GetAsync(context.Kind, context.Namespace, context.Target.Name!, cancellation).ConfigureAwait(false));
        await verbs.Admission.AdmitAsync(AdmissionOperation.Create, context with { Form = new("authentication.k8s.io", "v1", "TokenRequest") }, request, null, cancellation).ConfigureAwait(false);
        var claims = await ClaimsAsync(context, request, account, cancellation).ConfigureAwait(false);
        var issued = await issuer.IssueAsync(claims, cancellation).ConfigureAwait(false);
        request["kind"] = "TokenRequest";
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["metadata"] = new JsonObject { ["name"] = account.Name(), ["namespace"] = context.Namespace, ["creationTimestamp"] = null };
        request["status"] = new JsonObject { ["token"] = issued.Token, ["expirationTimestamp"] = ObjectFields.Time(issued.Expires) };
        return ApiAnswer.Of(StoredObject.Bytes(request), 201);
    }

    async ValueTask<TokenClaims> ClaimsAsync(WriteContext context, JsonObject request, JsonObject account, CancellationToken cancellation)
    {
        if (request["spec"] is not JsonObject) request["spec"] = new JsonObject();
        var spec = (JsonObject)request["spec"]!;
        var seconds = spec.Number("expirationSeconds") ?? DefaultSeconds;
        var errors = new FieldErrors();
        if (seconds < MinSeconds) errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        if (seconds > MaxSeconds) errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        if (errors.Any) throw Refuse.Invalid(context.Kind with { Group = "authentication.k8s.io", Kind = "TokenRequest" }, account.Name(), errors);
        spec["expirationSeconds"] = seconds;
        var bound = spec.Object("boundObjectRef");
        string? uid = null;
        if (bound.Text("kind") is "Pod" or "Node")
        {
            var (kind, ns) = bound.Text("kind") == "Pod" ? (pods, context.Namespace) : (nodes, null);
            var obj = StoredObject.Parse(await verbs.Reading.GetAsync(kind, ns, bound.Text("name") ?? "", cancellation).ConfigureAwait(false));
            uid = obj.Metadata().Text("uid");
            if (bound.Text("uid") is { } wanted && wanted != uid) throw Refuse.Conflict(kind, obj.Name(), $"the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have been deleted and then recreated");
        }
        return new(context.Namespace!, account.Name(), account.Metadata().Text("uid") ?? "", [.. spec.Texts("audiences")],
            TimeSpan.FromSeconds(seconds), bound.Text("kind"), bound.Text("name"), uid ?? bound.Text("uid"));
    }
}
