using Fairlead.Json;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Decoding;

/// <summary>The body of an update or a patch, for subresources that take part of what it makes of the object.</summary>
static class ChangeBody
{
    /// <summary>What the request makes of the object, which the change may consume; it is asked again after a lost race.</summary>
    /// <exception cref="Api.Errors.ApiException">BadRequest, UnsupportedMediaType (server-side apply), or MethodNotAllowed for other verbs.</exception>
    public static async ValueTask<Func<JsonObject, JsonObject>> ReadAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        switch (context.Target.Verb)
        {
            case "update":
                var asked = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
                return _ => (JsonObject)asked.DeepClone();
            case "patch":
                var patch = PatchBody.Read(ContentTypes.Patch(call, context.Kind), await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false));
                return old => patch.Apply(context, old);
            default:
                throw Refuse.MethodNotAllowed();
        }
    }
}
