namespace Fairlead.Server.Tests;

/// <summary>Whatever comes in, the answer is a Status with the right code, never a 500.</summary>
[Collection(nameof(TestServer))]
public sealed class BadInputTests(TestServer server)
{
    const string Maps = "/api/v1/namespaces/default/configmaps";

    public static TheoryData<string, string, string, string?, string, int, string, string> Rows => new()
    {
        { "malformed JSON", "POST", Maps, "{", "application/json", 400, "BadRequest", "" },
        { "not an object", "POST", Maps, "[]", "application/json", 400, "BadRequest", "" },
        { "empty body", "POST", Maps, "", "application/json", 400, "BadRequest", "" },
        { "deep nesting", "POST", Maps, new string('[', 100_000), "application/json", 400, "BadRequest", "" },
        { "wrong type", "POST", Maps, """{"metadata":{"name":"x"},"data":{"a":1}}""", "application/json", 400, "BadRequest", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap" },
        { "metadata is a string", "POST", Maps, """{"metadata":"x"}""", "application/json", 400, "BadRequest", "" },
        { "other apiVersion", "POST", Maps, """{"apiVersion":"apps/v1","kind":"ConfigMap","metadata":{"name":"x"}}""", "application/json", 400, "BadRequest", "the API version in the data (apps/v1) does not match the expected API version (v1)" },
        { "other kind", "POST", Maps, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}""", "application/json", 400, "BadRequest", "" },
        { "unknown field, strict", "POST", Maps + "?fieldValidation=Strict", """{"metadata":{"name":"x"},"foo":1}""", "application/json", 400, "BadRequest", "strict decoding error: unknown field \"foo\"" },
        { "unknown format", "POST", Maps, "k8s", "text/plain", 415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf" },
        { "protobuf that is none", "POST", Maps, "{}", "application/vnd.kubernetes.protobuf", 400, "BadRequest", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]" },
        { "protobuf cut short", "POST", Maps, "k8s\0\u0012\u0005a", "application/vnd.kubernetes.protobuf", 400, "BadRequest", "invalid protobuf: unexpected end" },
        { "protobuf, unknown field, strict", "POST", Maps + "?fieldValidation=Strict", "k8s\0\u0012\u0004\u004a\u0002hi", "application/vnd.kubernetes.protobuf", 400, "BadRequest", "strict decoding error: unknown field \"#9\"" },
        { "patch without type", "PATCH", Maps + "/x", "{}", "application/json", 415, "UnsupportedMediaType", "" },
        { "no name", "POST", Maps, "{}", "application/json", 422, "Invalid", "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required" },
        { "bad name", "POST", Maps, """{"metadata":{"name":"A_b"}}""", "application/json", 422, "Invalid", "a lowercase RFC 1123 subdomain must consist of" },
        { "bad label", "POST", Maps, """{"metadata":{"name":"x","labels":{"a b":"c"}}}""", "application/json", 422, "Invalid", "metadata.labels: Invalid value: \"a b\"" },
        { "other namespace", "POST", Maps, """{"metadata":{"name":"x","namespace":"other"}}""", "application/json", 400, "BadRequest", "the namespace of the provided object does not match the namespace sent on the request" },
        { "namespace that is not", "POST", "/api/v1/namespaces/nope/configmaps", """{"metadata":{"name":"x"}}""", "application/json", 404, "NotFound", "namespaces \"nope\" not found" },
        { "revision at create", "POST", Maps, """{"metadata":{"name":"x","resourceVersion":"5"}}""", "application/json", 400, "BadRequest", "resourceVersion should not be set on objects to be created" },
        { "name differs from URL", "PUT", "/api/v1/namespaces/default", """{"metadata":{"name":"other"}}""", "application/json", 400, "BadRequest", "the name of the object (other) does not match the name on the URL (default)" },
        { "object that is not", "GET", Maps + "/none", null, "", 404, "NotFound", "configmaps \"none\" not found" },
        { "kind that is not", "GET", "/api/v1/namespaces/default/nothings", null, "", 404, "NotFound", "the server could not find the requested resource" },
        { "path that is not", "GET", "/nothing", null, "", 404, "NotFound", "" },
        { "method that is not", "PUT", Maps, "{}", "application/json", 405, "MethodNotAllowed", "the server does not allow this method on the requested resource" },
        { "create in all namespaces", "POST", "/api/v1/configmaps", "{}", "application/json", 405, "MethodNotAllowed", "" },
        { "bad label selector", "GET", Maps + "?labelSelector=a%20b%20c", null, "", 400, "BadRequest", "" },
        { "bad field selector", "GET", Maps + "?fieldSelector=data.a%3Db", null, "", 400, "BadRequest", "field label not supported: data.a" },
        { "bad limit", "GET", Maps + "?limit=x", null, "", 400, "BadRequest", "" },
        { "bad continue", "GET", Maps + "?continue=x", null, "", 400, "BadRequest", "" },
        { "bad revision", "GET", Maps + "?resourceVersion=x", null, "", 400, "BadRequest", "" },
        { "revision ahead", "GET", Maps + "?resourceVersion=999999999", null, "", 504, "Timeout", "Too large resource version: 999999999" },
        { "dry run of what", "POST", Maps + "?dryRun=Some", """{"metadata":{"name":"x"}}""", "application/json", 422, "Invalid", "" },
        { "a null among the dry runs", "DELETE", Maps + "/none", """{"kind":"DeleteOptions","apiVersion":"v1","dryRun":[null]}""", "application/json", 404, "NotFound", "configmaps \"none\" not found" },
        { "a null among the dry runs, and one that is none", "DELETE", Maps + "/none", """{"dryRun":[null,"Some"]}""", "application/json", 422, "Invalid", "dryRun: Unsupported value: \"Some\"" },
        { "options of writes at a read of a subresource", "GET", "/apis/apps/v1/namespaces/default/deployments/none/scale?dryRun=Some", null, "", 404, "NotFound", "deployments.apps \"none\" not found" },
        { "options of writes at a read", "GET", Maps + "/none?dryRun=Some&fieldValidation=Some", null, "", 404, "NotFound", "configmaps \"none\" not found" },
        { "a namespace that stays", "DELETE", "/api/v1/namespaces/kube-system", null, "", 403, "Forbidden", "this namespace may not be deleted" },
        { "malformed patch", "PATCH", "/api/v1/namespaces/default", "{", "application/merge-patch+json", 400, "BadRequest", "" },
        { "patch of the wrong shape", "PATCH", "/api/v1/namespaces/default", "{}", "application/json-patch+json", 400, "BadRequest", "" },
        { "patch that does not fit", "PATCH", "/api/v1/namespaces/default", """[{"op":"remove","path":"/none/x"}]""", "application/json-patch+json", 422, "Invalid", "" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Bad_input_is_refused(string row, string method, string path, string? body, string type, int code, string reason, string message)
    {
        var answer = await server.SendAsync(new HttpMethod(method), path, body, type);
        Assert.True((code, reason) == (answer.Code, answer.Reason), $"{row}: {answer.Code} {answer.Text}");
        Assert.Contains(message, answer.Message);
        Assert.Equal("Status", answer.At("kind"));
        Assert.Equal(code.ToString(), answer.At("code"));
    }

    [Fact]
    public async Task A_body_over_three_mebibytes_is_refused()
    {
        var answer = await server.PostAsync(Maps, "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"" + new string('x', 3 * 1024 * 1024) + "\"}}");
        Assert.Equal((413, "RequestEntityTooLarge"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task An_unknown_field_is_warned_of_by_default()
    {
        var ns = await server.NamespaceAsync("warn");
        var answer = await server.PostAsync($"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"w"},"foo":1}""");
        Assert.Equal(201, answer.Code);
        Assert.Equal("299 - \"unknown field \\\"foo\\\"\"", Assert.Single(answer.Warnings));
        Assert.Null(answer.Json["foo"]);
    }

    [Fact]
    public async Task Protobuf_alone_is_not_acceptable()
    {
        var answer = await server.GetAsync(Maps, "application/vnd.kubernetes.protobuf");
        Assert.Equal((406, "NotAcceptable"), (answer.Code, answer.Reason));
    }
}
