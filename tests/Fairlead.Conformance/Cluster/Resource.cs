using System.Globalization;
using System.Text.Json;

namespace Fairlead.Conformance.Cluster;

/// <summary>
/// The objects of one resource, asked for over HTTPS. Every call insists on the code that success has; what a test wants
/// refused it asks for with <see cref="RefusedAsync"/>.
/// </summary>
public sealed class Resource(TestServer server, string apiVersion, string plural, string? ns)
{
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    string Root => apiVersion.Contains('/') ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";

    /// <summary>The path of the collection, of an object, or of its subresource.</summary>
    public string Path(string? name = null, string? subresource = null) =>
        $"{Root}{(ns is null ? "" : $"/namespaces/{ns}")}/{plural}{(name is null ? "" : $"/{name}")}{(subresource is null ? "" : $"/{subresource}")}";

    /// <summary>The same resource of all namespaces.</summary>
    public Resource Everywhere => new(server, apiVersion, plural, null);

    public async Task<JsonObject> CreateAsync(string json) => Good(await server.PostAsync(Path(), json), 201);
    public async Task<JsonObject> GetAsync(string name, string? subresource = null) => Good(await server.GetAsync(Path(name, subresource)), 200);

    public async Task<JsonObject> ListAsync(string? labels = null, string? fields = null, string more = "") =>
        Good(await server.GetAsync($"{Path()}?{Selectors(labels, fields)}{more}"), 200);

    public async Task<IReadOnlyList<JsonObject>> ItemsAsync(string? labels = null, string? fields = null) =>
        [.. (await ListAsync(labels, fields))["items"]!.AsArray().Select(i => i!.AsObject())];

    public async Task<JsonObject> PatchAsync(string name, string json, string type = Merge, string? subresource = null) =>
        Good(await server.PatchAsync(Path(name, subresource), type, json), 200);

    public async Task<JsonObject> UpdateAsync(JsonObject obj, string? subresource = null) =>
        Good(await server.PutAsync(Path(obj.Text("metadata.name"), subresource), obj.ToJsonString()), 200);

    /// <summary>Reads, changes and replaces, again if someone was faster.</summary>
    public async Task<JsonObject> ChangeAsync(string name, Action<JsonObject> change, string? subresource = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            var obj = await GetAsync(name, subresource);
            change(obj);
            var answer = await server.PutAsync(Path(name, subresource), obj.ToJsonString());
            if (answer.Code != 409 || attempt == 20) return Good(answer, 200);
        }
    }

    public async Task DeleteAsync(string name, string? options = null) => Good(await server.DeleteAsync(Path(name), options), 200);

    public async Task DeleteCollectionAsync(string? labels = null, string? fields = null, string? options = null) =>
        Good(await server.DeleteAsync($"{Path()}?{Selectors(labels, fields)}", options), 200);

    /// <summary>Sends what is to be refused and returns the Status.</summary>
    public async Task<Answer> RefusedAsync(HttpMethod method, int code, string? name = null, string? body = null, string type = "application/json", string? subresource = null)
    {
        var answer = await server.SendAsync(method, Path(name, subresource), body, type);
        Assert.True(answer.Code == code, $"{method} {Path(name, subresource)} was to be {code}, but was {answer.Code}: {answer.Text}");
        Assert.Equal("Failure", (string?)answer.Json["status"]);
        return answer;
    }

    public Task<Answer> AbsentAsync(string name) => RefusedAsync(HttpMethod.Get, 404, name);

    /// <summary>A watch from the collection's present state on.</summary>
    public async Task<Watch> WatchAsync(string? labels = null, string? fields = null, string? revision = null, string more = "")
    {
        revision ??= (await ListAsync(more: "&limit=1")).Text("metadata.resourceVersion");
        return await Watch.OpenAsync(server, $"{Path()}?watch=true&timeoutSeconds=60&resourceVersion={revision}&{Selectors(labels, fields)}{more}");
    }

    /// <summary>Follows an object until it meets the condition.</summary>
    public async Task<JsonObject> UntilAsync(string name, Func<JsonObject, bool> condition)
    {
        var all = await UntilAllAsync(items => items.Any(i => i.Text("metadata.name") == name && condition(i)), fields: $"metadata.name={name}");
        return all.First(i => i.Text("metadata.name") == name);
    }

    /// <summary>Follows an object until it is no more.</summary>
    public Task GoneAsync(string name) => UntilAllAsync(items => items.Count == 0, fields: $"metadata.name={name}");

    /// <summary>Follows the objects until they meet the condition.</summary>
    public async Task<IReadOnlyList<JsonObject>> UntilAllAsync(Func<IReadOnlyList<JsonObject>, bool> condition, string? labels = null, string? fields = null)
    {
        var list = await ListAsync(labels, fields);
        var now = list["items"]!.AsArray().ToDictionary(Key, i => i!.AsObject());
        await using var watch = await WatchAsync(labels, fields, list.Text("metadata.resourceVersion"));
        var end = DateTime.UtcNow + Patience;
        while (!condition([.. now.Values]))
        {
            if (await watch.TryNextAsync(end - DateTime.UtcNow) is not { } change)
                throw new TimeoutException($"{Path()} never met the condition:\n{string.Join('\n', now.Values.Select(v => v.ToJsonString()))}");
            var obj = change["object"]!.AsObject();
            if (change.Text("type") == "DELETED") now.Remove(Key(obj));
            else now[Key(obj)] = obj;
        }
        return [.. now.Values];
    }

    static string Key(JsonNode? obj) => $"{obj.Text("metadata.namespace")}/{obj.Text("metadata.name")}";

    static string Selectors(string? labels, string? fields) =>
        $"labelSelector={Uri.EscapeDataString(labels ?? "")}&fieldSelector={Uri.EscapeDataString(fields ?? "")}";

    JsonObject Good(Answer answer, int code)
    {
        // A deletion that takes its time, as of a Pod with grace, is 200 or 202.
        Assert.True(answer.Code == code || (code == 200 && answer.Code == 202), $"{Path()}: {answer.Code} {answer.Text}");
        return answer.Json;
    }
}

/// <summary>Reading of JSON by dotted paths.</summary>
static class Tree
{
    static readonly JsonSerializerOptions Lenient = new() { AllowTrailingCommas = true };

    /// <summary>The node at a path such as spec.containers.0.image; null if there is none.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            node = node is JsonArray array ? int.Parse(step, CultureInfo.InvariantCulture) is var at && at < array.Count ? array[at] : null : (node as JsonObject)?[step];
        }
        return node;
    }

    /// <summary>The text or number at a path, as text.</summary>
    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static long Number(this JsonNode? node, string path) => node.At(path)?.GetValue<long>() ?? 0;

    /// <summary>Puts a text on the object as a label or an annotation.</summary>
    /// <param name="field">labels or annotations.</param>
    public static void Mark(this JsonObject obj, string field, string key, string value)
    {
        var metadata = obj["metadata"]!.AsObject();
        if (metadata[field] is not JsonObject map) metadata[field] = map = [];
        map[key] = value;
    }

    public static JsonObject Parse(string json) => JsonSerializer.Deserialize<JsonObject>(json, Lenient)!;

    /// <summary>The condition of a type in status.conditions.</summary>
    public static JsonNode? Condition(this JsonNode obj, string type) => obj.At("status.conditions")?.AsArray().FirstOrDefault(c => c.Text("type") == type);
}
