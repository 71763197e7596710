using Fairlead.Api.OpenApi;
using Fairlead.Json;

namespace Fairlead.Server.Aggregation;

/// <summary>What another server's /openapi/v2 says of a version.</summary>
/// <param name="Tag">The ETag of the document, or its hash; empty for none.</param>
/// <param name="Part">Null if it says nothing.</param>
public sealed record RemoteSwagger(string Tag, OpenApiV2Part? Part);

/// <summary>What a look at another API server has shown.</summary>
/// <param name="Status">True or False: whether requests may be passed on.</param>
/// <param name="Reason">Upstream's word for it.</param>
/// <param name="Message">Upstream's sentence.</param>
/// <param name="Resources">Its APIResourceList; null if it gave none.</param>
/// <param name="DocumentHash">The hash that it states of its OpenAPI v3 document; null if it has none.</param>
public sealed record RemoteFindings(string Status, string Reason, string Message, JsonObject? Resources = null, string? DocumentHash = null)
{
    public bool Passed => Status == "True";
}
