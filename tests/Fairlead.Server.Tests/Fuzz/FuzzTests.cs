using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Fairlead.Json;

namespace Fairlead.Server.Tests.Fuzz;

/// <summary>
/// Whatever comes in, the server answers within a bound and a bounded memory, and never with a fault of its own. Requests
/// come from a seed; a failure names the round, which can be had again alone.
/// </summary>
[Trait("lane", "fuzz")]
public sealed class FuzzTests(FuzzServer fuzz) : IClassFixture<FuzzServer>
{
    static readonly string[] PatchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];
    static readonly string[] Operations = ["add", "remove", "replace", "move", "copy", "test", "none"];
    static readonly string[] Methods = ["GET", "GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "NONE"];

    static readonly string[] Queries =
    [
        "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "timeoutSeconds", "allowWatchBookmarks", "sendInitialEvents", "dryRun", "fieldManager", "fieldValidation", "force",
        "pretty", "gracePeriodSeconds", "propagationPolicy", "orphanDependents", "includeObject", "timeout", "watch", "none",
    ];

    static readonly string[] Selectors = ["app=x", "app in (x,y),!z", "a notin (b)", "a!=b", "status.phase!=Running,metadata.name=x", "spec.nodeName=", "metadata.namespace=default", "reason=R", "a in (", "(((", "a=b=c", ",,"];

    static readonly string[] Accepts =
    [
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/yaml", "*/*", "text/html;q=0.1",
        "application/vnd.kubernetes.protobuf", "application/json;as=Nothing;v=v9", ";;;", "application/json;stream=watch", "",
    ];

    static readonly string[] Paths =
    [
        "/", "/api", "/apis", "/version", "/healthz", "/readyz?verbose", "/livez/ping", "/openapi/v2", "/openapi/v3", "/openapi/v3/apis/apps/v1", "/metrics", "/apis/apps", "/apis/apps/v1", "/api/v1/namespaces", "/api/v1/namespaces/default", "/api/v1/nodes/x/proxy",
        "/api/v1/watch/pods", "/api/v1/componentstatuses", "/.well-known/openid-configuration", "/api/v1/namespaces/default/pods/x/log?tailLines=-1", "/apis/example.com/v1/namespaces/default/things",
    ];

    [Fact]
    public Task Bodies() => fuzz.RunAsync(1, random =>
    {
        var mutation = new Mutation(random);
        var (method, path, seed) = mutation.Chance(3) ? mutation.Pick(FuzzSeeds.Others) : Created(mutation);
        var (body, type) = Body(mutation, Named(mutation, JsonNode.Parse(seed)!, method));
        return new(method, path + Options(mutation), body, mutation.Chance(30) ? Ascii(mutation.Word()) : type);
    });

    static (string, string, string) Created(Mutation mutation)
    {
        var (path, body) = mutation.Pick(FuzzSeeds.Objects);
        return mutation.Chance(3) ? ("PUT", path + (path.EndsWith("definitions", StringComparison.Ordinal) ? "/things.example.com" : "/x"), body) : ("POST", path, body);
    }

    // What is created does not stand in its own way, and is not kept.
    static JsonNode Named(Mutation mutation, JsonNode obj, string method)
    {
        if (method != "POST" || obj["metadata"]?["labels"] is not { } labels) return obj;
        labels.AsObject().Remove("keep");
        if (!mutation.Chance(4)) obj["metadata"]!["name"] = $"n{Guid.NewGuid():N}";
        return obj;
    }

    static (byte[], string) Body(Mutation mutation, JsonNode obj)
    {
        var (version, kind) = ((string?)obj["apiVersion"] ?? "v1", (string?)obj["kind"] ?? "Pod");
        if (mutation.Chance(6)) return (mutation.Protobuf(version, kind), "application/vnd.kubernetes.protobuf");
        if (mutation.Chance(5)) return (mutation.Text(obj.ToJsonString()), "application/json");
        if (mutation.Chance(4)) return (mutation.Text(mutation.Yaml(obj)), "application/yaml");
        var tree = mutation.Tree(obj);
        return mutation.Chance(3) ? (Encoding.UTF8.GetBytes(mutation.Yaml(tree)), "application/yaml") : (Encoding.UTF8.GetBytes(tree?.ToJsonString() ?? "null"), "application/json");
    }

    static string Options(Mutation mutation) => mutation.Chance(3) ? "" : "?dryRun=All" + (mutation.Chance(4) ? "&fieldValidation=Strict" : "");

    [Fact]
    public Task Patches() => fuzz.RunAsync(2, random =>
    {
        var mutation = new Mutation(random);
        var (path, seed) = mutation.Pick(FuzzSeeds.Objects);
        var type = mutation.Pick(PatchTypes);
        var obj = JsonNode.Parse(seed)!.AsObject();
        var name = (string)obj["metadata"]!["name"]!;
        var subresource = mutation.Chance(5) ? mutation.Pick(["/status", "/scale", "/ephemeralcontainers", "/approval"]) : "";
        var body = type.StartsWith("application/json-patch", StringComparison.Ordinal) ? Operated(mutation, obj, random) : mutation.Tree(Part(mutation, obj, type.Contains("apply", StringComparison.Ordinal)));
        var text = mutation.Chance(8) ? mutation.Text(body?.ToJsonString() ?? "null") : Encoding.UTF8.GetBytes(body?.ToJsonString() ?? "null");
        var query = Options(mutation);
        query += (query.Length == 0 ? "?" : "&") + "fieldManager=" + mutation.Pick(["a", "b"]) + (type.Contains("apply", StringComparison.Ordinal) && !mutation.Chance(3) ? "&force=true" : "");
        return new("PATCH", $"{path}/{name}{subresource}{query}", text, type);
    });

    /// <summary>Some of an object's fields, or all of them.</summary>
    static JsonObject Part(Mutation mutation, JsonObject obj, bool whole)
    {
        if (!whole && mutation.Chance(2))
        {
            foreach (var key in obj.Select(p => p.Key).ToList()) if (mutation.Chance(2)) obj.Remove(key);
        }
        return obj;
    }

    static JsonArray Operated(Mutation mutation, JsonObject obj, Random random) => new([.. Enumerable.Range(0, random.Next(5)).Select(_ => mutation.Chance(20) ? mutation.Value() : new JsonObject
    {
        ["op"] = mutation.Pick(Operations), ["path"] = Pointer(mutation, obj), ["from"] = Pointer(mutation, obj), ["value"] = mutation.Value(),
    })]);

    static string Pointer(Mutation mutation, JsonNode obj)
    {
        var pointer = "";
        for (JsonNode? at = obj; at is not null && !mutation.Chance(5);)
        {
            switch (at)
            {
                case JsonObject { Count: > 0 } inner:
                    var key = mutation.Pick(inner.Select(p => p.Key).ToList());
                    pointer += "/" + key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                    at = inner[key];
                    break;
                case JsonArray { Count: > 0 } list: pointer += "/" + mutation.Pick(["0", "1", "-", "99999999999", "-1", "01"]); at = list[0]; break;
                default: return pointer;
            }
        }
        return mutation.Chance(4) ? $"{pointer}/{mutation.Word()}" : pointer;
    }

    [Fact]
    public Task Requests() => fuzz.RunAsync(3, random =>
    {
        var mutation = new Mutation(random);
        var path = mutation.Chance(3) ? mutation.Pick(Paths) : mutation.Pick(FuzzSeeds.Objects).Path + (mutation.Chance(2) ? "" : "/x");
        if (mutation.Chance(4)) path = Spoilt(mutation, path);
        var query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => $"{mutation.Pick(Queries)}={Escaped(mutation, mutation.Chance(2) ? mutation.Pick(Selectors) : mutation.Chance(2) ? mutation.Word() : $"{random.Next(-1, 20)}")}"));
        if (query.Length > 0) path += (path.Contains('?') ? "&" : "?") + query;
        var method = mutation.Pick(Methods);
        // Whole collections stay: the other tests need them.
        if (method == "DELETE") path += (path.Contains('?') ? "&" : "?") + "dryRun=All";
        var headers = Enumerable.Range(0, random.Next(3)).Select(_ => Header(mutation)).Append(("Accept", mutation.Pick(Accepts))).ToList();
        var body = method is "POST" or "PUT" or "PATCH" ? mutation.Text("{}") : null;
        return new(method, path, body, "application/json") { Headers = headers };
    });

    static string Spoilt(Mutation mutation, string path)
    {
        var parts = path.Split('/').ToList();
        var at = mutation.Chance(2) ? parts.Count - 1 : 1;
        switch (mutation.Pick([0, 1, 2, 3]))
        {
            case 0: parts.Insert(at, Escaped(mutation, mutation.Word())); break;
            case 1: parts[at] = Escaped(mutation, mutation.Word()); break;
            case 2: parts.Insert(at, ""); break;
            default: parts.Add(mutation.Pick(["status", "scale", "log", "proxy", "exec", "none", "%2e%2e", "%2F"])); break;
        }
        return string.Join('/', parts);
    }

    static string Escaped(Mutation mutation, string text) => mutation.Chance(10) ? string.Concat(text.Where(c => c is > ' ' and < '\u007f' and not '#')) : Uri.EscapeDataString(text);

    static (string, string) Header(Mutation mutation) => (mutation.Pick(
        ["Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-a%2fb", "If-None-Match", "User-Agent", "X-Remote-User", "Accept-Encoding", "Expect", "Upgrade", "X-Forwarded-For", "Audit-ID"]),
        Ascii(mutation.Word()));

    /// <summary>What a header may hold.</summary>
    static string Ascii(string text) => string.Concat(text.Where(c => c is >= ' ' and < '\u007f'));

    /// <summary>Bytes of a connection that are no request, or one only at first.</summary>
    [Fact]
    public async Task Connections()
    {
        const string Good = "POST /api/v1/namespaces/default/configmaps?dryRun=All HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\nContent-Length: 29\r\nConnection: close\r\n\r\n{\"metadata\":{\"name\":\"raw\"}}  ";
        await fuzz.RunAsync(4, random =>
        {
            var mutation = new Mutation(random);
            var bytes = mutation.Text(Good.Replace("TOKEN", TestServer.AdminToken, StringComparison.Ordinal));
            Speak(bytes).GetAwaiter().GetResult();
            return new(mutation.Chance(2) ? "GET" : "NONE", "/api/v1/namespaces/default");
        });
    }

    /// <summary>Says this and takes what comes: an answer or an end, in time.</summary>
    async Task Speak(byte[] bytes)
    {
        using var socket = new TcpClient();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, fuzz.Server.Api.Port, bound.Token);
        await using var tls = new SslStream(socket.GetStream(), false, (_, remote, _, _) => remote is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, bound.Token);
        var answer = new byte[4096];
        try
        {
            await tls.WriteAsync(bytes, bound.Token);
            await tls.ShutdownAsync(); // nothing more comes: what is not whole is given up
            socket.Client.Shutdown(SocketShutdown.Send);
            var read = await tls.ReadAtLeastAsync(answer, 12, false, bound.Token);
            Assert.False(Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 500", StringComparison.Ordinal), Convert.ToBase64String(bytes));
        }
        catch (IOException) { } // it hung up, which is an answer
        catch (OperationCanceledException) { Assert.Fail($"no answer and no end: {Convert.ToBase64String(bytes)}"); }
    }
}
