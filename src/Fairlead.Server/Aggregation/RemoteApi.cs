using Fairlead.Api.Discovery;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Aggregation;

/// <summary>A version of a group that another server serves, as its APIService says. Equal as long as nothing of it changes.</summary>
/// <param name="Served">Group, version and priorities.</param>
/// <param name="Namespace">Of the Service that the server stands behind.</param>
/// <param name="Service">Name of that Service.</param>
/// <param name="Port">Of the Service.</param>
/// <param name="Bundle">The authorities of the server's certificate in PEM, in base64; empty for those of this machine.</param>
/// <param name="Insecure">True if any certificate will do.</param>
/// <param name="Available">True if requests are passed on.</param>
public sealed record RemoteApi(ServedVersion Served, string Namespace, string Service, int Port, string Bundle, bool Insecure, bool Available)
{
    /// <summary>The name that the server's certificate must bear.</summary>
    public string Host => $"{Service}.{Namespace}.svc";

    /// <summary>The path under which the version lies: /apis/GROUP/VERSION, or /api/v1.</summary>
    public string Path => Served.Group.Length == 0 ? $"/api/{Served.Version}" : $"/apis/{Served.Group}/{Served.Version}";

    /// <summary>What an APIService says; null if it leaves its version to this server.</summary>
    public static RemoteApi? Of(JsonObject apiService)
    {
        ArgumentNullException.ThrowIfNull(apiService);
        var spec = apiService.Object("spec");
        if (spec.Object("service") is not { } service || spec.Text("group") == ServedVersion.Registration) return null;
        return new(Version(spec), service.Text("namespace") ?? "", service.Text("name") ?? "", (int)(service.Number("port") ?? 443),
            spec.Text("caBundle") ?? "", spec.Flag("insecureSkipTLSVerify") == true, Condition(apiService)?.Text("status") == "True");
    }

    /// <summary>Group, version and priorities that an APIService's spec states.</summary>
    public static ServedVersion Version(JsonObject? spec) => new(
        spec.Text("group") ?? "", spec.Text("version") ?? "", (int)(spec.Number("groupPriorityMinimum") ?? 0), (int)(spec.Number("versionPriority") ?? 0));

    /// <summary>The condition Available; null if nobody has looked yet.</summary>
    public static JsonObject? Condition(JsonObject apiService) =>
        apiService.Object("status").Array("conditions")?.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == "Available");
}
