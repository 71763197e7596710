using System.Text.Json.Nodes;

namespace Fairlead.Client.Discovery;

/// <summary>Asks a server which resources it has, each in its preferred version.</summary>
public static class ApiCatalog
{
    /// <summary>All resources that are no subresources.</summary>
    public static async Task<IReadOnlyList<ApiResourceName>> ReadAsync(KubeClient client, CancellationToken cancellation)
    {
        var found = new List<ApiResourceName>();
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
        return found;

        async Task AddAsync(string path, string group, string version)
        {
            var list = await GetAsync(path).ConfigureAwait(false);
            foreach (var resource in list["resources"]?.AsArray() ?? [])
            {
                var plural = (string)resource!["name"]!;
                if (plural.Contains('/') || !seen.Add((group, plural))) continue;
                found.Add(new(group, version, plural, (string)resource["kind"]!, (bool?)resource["namespaced"] ?? false,
                    [.. (resource["verbs"]?.AsArray() ?? []).Select(v => (string)v!)]));
            }
        }

        async Task<JsonObject> GetAsync(string path)
        {
            var answer = await client.RawAsync(ApiRequest.Get(path), cancellation).ConfigureAwait(false);
            return JsonNode.Parse(answer.Body.Span)!.AsObject();
        }
    }
}
