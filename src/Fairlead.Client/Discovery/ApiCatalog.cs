using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Client.Discovery;

/// <summary>What a server has, each resource in its preferred version.</summary>
/// <param name="Resources">All resources that are no subresources.</param>
/// <param name="Failures">Versions that could not be read, as GROUP/VERSION: WHY: another server that does not answer.</param>
public sealed record ApiCatalog(IReadOnlyList<ApiResourceName> Resources, IReadOnlyList<string> Failures)
{
    /// <summary>Asks a server what it has. A version that can't be read is a failure among the others' resources.</summary>
    /// <exception cref="ApiException">The server does not say which versions there are.</exception>
    public static async Task<ApiCatalog> ReadAsync(KubeClient client, CancellationToken cancellation)
    {
        var found = new List<ApiResourceName>();
        var failures = new List<string>();
        var seen = new HashSet<(string, string)>();
        await AddAsync("/api/v1", "", "v1").ConfigureAwait(false);
        var groups = await GetAsync("/apis").ConfigureAwait(false);
        foreach (var group in groups["groups"]?.AsArray() ?? [])
        {
            var name = (string?)group!["name"] ?? "";
            var preferred = (string?)group["preferredVersion"]?["version"];
            var versions = (group["versions"]?.AsArray() ?? []).Select(v => (string)v!["version"]!);
            foreach (var version in versions.OrderBy(v => v == preferred ? 0 : 1))
            {
                await AddAsync($"/apis/{name}/{version}", name, version).ConfigureAwait(false);
            }
        }
        return new(found, failures);

        async Task AddAsync(string path, string group, string version)
        {
            JsonObject list;
            try { list = await GetAsync(path).ConfigureAwait(false); }
            catch (Exception e) when (e is ApiException or JsonException or InvalidOperationException && group.Length > 0)
            {
                failures.Add($"{group}/{version}: {e.Message}");
                return;
            }
            foreach (var resource in (list["resources"] as JsonArray ?? []).OfType<JsonObject>())
            {
                // Another server may say anything: what has no name or kind is no resource.
                if (Text(resource["name"]) is not { } plural || Text(resource["kind"]) is not { } kind || plural.Contains('/') || !seen.Add((group, plural))) continue;
                found.Add(new(group, version, plural, kind, resource["namespaced"] is JsonValue scope && scope.TryGetValue(out bool namespaced) && namespaced,
                    [.. (resource["verbs"] as JsonArray ?? []).Select(Text).OfType<string>()]));
            }
        }

        static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

        async Task<JsonObject> GetAsync(string path)
        {
            var answer = await client.RawAsync(ApiRequest.Get(path), cancellation).ConfigureAwait(false);
            return JsonNode.Parse(answer.Body.Span)!.AsObject();
        }
    }
}
