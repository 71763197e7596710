using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Authentication;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Subresources;

/// <summary>The reviews of authentication.k8s.io: who am I, and whose token is this.</summary>
/// <param name="audience">That of tokens for this server; null if it issues none.</param>
public sealed class IdentityReviews(Authenticator authenticator, string? audience, AdmissionChain admission) : ISubresource
{
    public string Name => "";

    public bool Serves(ResourceDefinition kind) => kind.Group == "authentication.k8s.io";

    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        if (context.Target.Verb != "create") throw Refuse.MethodNotAllowed();
        var review = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        (review["apiVersion"], review["kind"]) = (context.Kind.ApiVersion, context.Kind.Kind);
        await admission.AdmitAsync(AdmissionOperation.Create, context, review, null, cancellation).ConfigureAwait(false);
        review["status"] = context.Kind.Plural == "selfsubjectreviews"
            ? new JsonObject { ["userInfo"] = Describe(context.User) }
            : await TokenAsync(review.Object("spec"), cancellation).ConfigureAwait(false);
        if (context.Kind.Plural == "selfsubjectreviews") review.Metadata().TryAdd("creationTimestamp", null);
        return ApiAnswer.Of(StoredObject.Bytes(review), 201);
    }

    async ValueTask<JsonObject> TokenAsync(JsonObject? spec, CancellationToken cancellation)
    {
        if (spec.Text("token") is not { } token) throw Refuse.BadRequest("token is required for TokenReview in authentication");
        var asked = spec.Texts("audiences").ToArray();
        if (await authenticator.TokenUserAsync(token, cancellation).ConfigureAwait(false) is not { } user)
            return new() { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
        if (asked.Length > 0 && (audience is null || !asked.Contains(audience)))
            return new() { ["user"] = new JsonObject(), ["error"] = "token audiences do not match" };
        var status = new JsonObject { ["authenticated"] = true, ["user"] = Describe(user) };
        if (audience is not null) status["audiences"] = new JsonArray(audience);
        return status;
    }

    static JsonObject Describe(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid is { Length: > 0 } uid) info["uid"] = uid;
        info["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode)g)]);
        if (user.Extra is not { Count: > 0 } extra) return info;
        info["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray([.. e.Value.Select(v => (JsonNode)v)]))));
        return info;
    }
}
