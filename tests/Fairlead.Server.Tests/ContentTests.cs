using System.IO.Compression;
using System.Net.Http.Headers;
using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Server.Tests;

/// <summary>The forms in which answers are written.</summary>
[Collection(nameof(TestServer))]
public sealed class ContentTests(TestServer server)
{
    const string Tricky = """{"yes":"no","n":"010","e":"","m":"a\nb","q":"it's \"so\": #1","t":"true","d":"- x","s":" a ","z":"\u0001é😀","v":"1.2.3","k":"a: b","nl":"null"}""";

    [Fact]
    public async Task Yaml_says_what_json_says()
    {
        var ns = await server.NamespaceAsync("yaml");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        var made = await server.SendAsync(HttpMethod.Post, path, $$$"""{"metadata":{"name":"c","labels":{"a":"1"}},"data":{{{Tricky}}}}""", accept: "application/yaml");
        Assert.Equal(201, made.Code);
        var json = await server.GetAsync(path + "/c");
        Assert.True(JsonNode.DeepEquals(json.Json, YamlInput.Parse(System.Text.Encoding.UTF8.GetBytes(made.Text))), made.Text);
        var list = await server.GetAsync(path, "application/yaml;q=1, application/json");
        Assert.True(JsonNode.DeepEquals((await server.GetAsync(path)).Json, YamlInput.Parse(System.Text.Encoding.UTF8.GetBytes(list.Text))), list.Text);
        Assert.StartsWith("kind: Status\n", (await server.GetAsync(path + "/none", "application/yaml")).Text);
    }

    [Theory]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", 200)]
    [InlineData("application/cbor, application/json", 200)]
    [InlineData("application/cbor", 406)]
    public async Task Forms_that_are_not_served_fall_back_to_json(string accept, int code) =>
        Assert.Equal(code, (await server.GetAsync("/api/v1/namespaces/default", accept)).Code);

    [Theory]
    [InlineData(200_000, "gzip")]
    [InlineData(1_000, null)]
    public async Task Large_answers_are_compressed(int size, string? encoding)
    {
        var ns = await server.NamespaceAsync("gzip");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, $$$"""{"metadata":{"name":"c"},"data":{"x":"{{{new string('x', size)}}}"}}""");
        foreach (var one in (string[])[path, path + "/c"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, one);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
            await using var body = await answer.Content.ReadAsStreamAsync();
            await using var plain = encoding is null ? body : new GZipStream(body, CompressionMode.Decompress);
            Assert.Equal((await server.GetAsync(one)).Json.ToJsonString(), (await JsonNode.ParseAsync(plain))!.ToJsonString());
        }
    }

    [Fact]
    public async Task Keys_that_yaml_repeats_are_named_by_their_lines()
    {
        var ns = await server.NamespaceAsync("fields");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        const string body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: first\n  a: second\n{0}";
        const string repeated = "yaml: unmarshal errors:\n  line 7: key \"a\" already set in map";
        var made = await server.SendAsync(HttpMethod.Post, path + "?fieldValidation=Strict", string.Format(null, body, "foo: 1\n"), "application/yaml");
        Assert.Equal(400, made.Code);
        Assert.EndsWith($"strict decoding error: {repeated}, unknown field \"foo\"", made.Message);
        var warned = await server.SendAsync(HttpMethod.Post, path, string.Format(null, body, "foo: 1\n"), "application/yaml");
        Assert.Equal(["299 - \"line 7: key \\\"a\\\" already set in map\"", "299 - \"unknown field \\\"foo\\\"\""], warned.Warnings);
        var applied = await server.PatchAsync(path + "/c?fieldManager=m&fieldValidation=Strict", "application/apply-patch+yaml", string.Format(null, body, ""));
        Assert.Equal((400, $"error strict decoding patch: error converting YAML to JSON: {repeated}"), (applied.Code, applied.Message));
    }

    /// <summary>Unknown and repeated fields in every kind of patch (KEP-2885).</summary>
    [Theory]
    [InlineData("application/merge-patch+json", """{"data":{"a":"2","a":"2"},"foo":1}""", "unknown field \"foo\"", "duplicate field \"data.a\"")]
    [InlineData("application/strategic-merge-patch+json", """{"data":{"a":"2","a":"2"},"foo":1}""", "unknown field \"foo\"", "duplicate field \"data.a\"")]
    [InlineData("application/json-patch+json", """[{"op":"add","op":"add","path":"/foo","value":1}]""", "unknown field \"foo\"", "json patch duplicate field \"[0].op\"")]
    public async Task Patches_are_validated_by_field(string type, string patch, string unknown, string repeated)
    {
        var ns = await server.NamespaceAsync("fields");
        var path = $"/api/v1/namespaces/{ns}/configmaps";
        await server.PostAsync(path, """{"metadata":{"name":"c"},"data":{"a":"1"}}""");
        var refused = await server.PatchAsync(path + "/c?fieldValidation=Strict", type, patch);
        Assert.Equal((422, "Invalid"), (refused.Code, refused.Reason));
        Assert.StartsWith(" \"\" is invalid: patch: Invalid value: \"{", refused.Message);
        Assert.EndsWith($"strict decoding error: {unknown}, {repeated}", refused.Message);
        var warned = await server.PatchAsync(path + "/c", type, patch);
        Assert.Equal(200, warned.Code);
        Assert.Equal([$"299 - \"{unknown.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", $"299 - \"{repeated.Replace("\"", "\\\"", StringComparison.Ordinal)}\""], warned.Warnings);
        Assert.Empty((await server.PatchAsync(path + "/c?fieldValidation=Ignore", type, patch)).Warnings);
    }
}
