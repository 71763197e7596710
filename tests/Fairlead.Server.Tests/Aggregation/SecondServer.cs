using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>
/// Another API server, in this process over real TLS, with one kind, Flunder, in group wardle.example.com. Believes users
/// whom a client of the front proxy's authority names, and nobody else.
/// </summary>
sealed class SecondServer : IAsyncDisposable
{
    public const string Group = "wardle.example.com";
    public const string Version = "v1alpha1";
    public const string Path = $"/apis/{Group}/{Version}";

    /// <summary>The service's name in its certificate.</summary>
    public const string Service = "sample-api", Namespace = "kube-system";

    readonly WebApplication app;
    readonly X509Certificate2 proxyAuthority;
    readonly X509Certificate2 serving;
    readonly ConcurrentDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    readonly TaskCompletionSource<JsonObject> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int revision = 1;

    /// <summary>How often the OpenAPI v2 document was sent.</summary>
    public int SwaggersRead { get; private set; }

    /// <summary>As other servers write it: more than this version, shared parameters, words that no one here knows, and definitions with names that exist.</summary>
    static string Swagger => """
        {"swagger":"2.0","info":{"title":"wardle","version":"1"},"securityDefinitions":{"Bearer":{"type":"apiKey"}},
         "paths":{"/version/":{"get":{"responses":{"200":{"description":"OK"}}}},"/apis/other.example.com/v1/":{"get":{"responses":{"200":{"description":"OK"}}}},
          "PATH/namespaces/{namespace}/flunders/{name}":{"parameters":[{"$ref":"#/parameters/pretty"},{"in":"path","name":"name","required":true,"type":"string","uniqueItems":true}],
           "get":{"security":[{"Bearer":[]}],"operationId":"readFlunder","responses":{"200":{"description":"OK","headers":{"X":{"type":"string"}},"schema":{"$ref":"#/definitions/com.example.wardle.Flunder"}},"401":{"description":"Unauthorized"}},
            "x-kubernetes-group-version-kind":{"group":"GROUP","version":"VERSION","kind":"Flunder"}}}},
         "parameters":{"pretty":{"in":"query","name":"pretty","type":"string","uniqueItems":true,"description":"Pretty."}},
         "definitions":{"com.example.wardle.Flunder":{"type":"object","description":"A flunder.","example":{"a":1},"properties":{"metadata":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},"spec":{"$ref":"#/definitions/com.example.wardle.FlunderSpec"}},
           "x-kubernetes-group-version-kind":[{"group":"GROUP","version":"VERSION","kind":"Flunder"}]},
          "com.example.wardle.FlunderSpec":{"type":"object","properties":{"size":{"type":"integer","format":"int32"},"options":{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}}}},
          "com.example.wardle.Unused":{"type":"object"},
          "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta":{"type":"object","description":"Metadata of another time.","properties":{"name":{"type":"string"}}}}}
        """.Replace("PATH", Path, StringComparison.Ordinal).Replace("GROUP", Group, StringComparison.Ordinal).Replace("VERSION", Version, StringComparison.Ordinal);

    /// <summary>False: every answer is 500.</summary>
    public volatile bool Healthy = true;

    /// <summary>The headers of the last request that was no look at its health, several lines of one with | between.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    /// <summary>Path and query of that request, as they came.</summary>
    public string LastTarget { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>The authority of its certificate, for caBundle.</summary>
    public X509Certificate2 Authority { get; } = TestCertificates.MakeAuthority("CN=wardle-ca");

    public string Bundle => Convert.ToBase64String(Encoding.ASCII.GetBytes(Authority.ExportCertificatePem()));

    SecondServer(X509Certificate2 proxyAuthority)
    {
        this.proxyAuthority = proxyAuthority;
        serving = Serving(Authority);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(h =>
        {
            h.ServerCertificate = serving;
            h.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            h.ClientCertificateValidation = (_, _, _) => true;
        })));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(HandleAsync);
    }

    public static async Task<SecondServer> StartAsync(X509Certificate2 proxyAuthority)
    {
        var server = new SecondServer(proxyAuthority);
        await server.app.StartAsync();
        server.Port = new Uri(server.app.Urls.First()).Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        serving.Dispose();
        Authority.Dispose();
    }

    async Task HandleAsync(HttpContext http)
    {
        var request = http.Request;
        if (!IsProxy(http.Connection.ClientCertificate) || request.Headers["X-Remote-User"].Count != 1)
        {
            http.Response.StatusCode = 401;
            return;
        }
        if (!Healthy)
        {
            http.Response.StatusCode = 500;
            return;
        }
        if (request.Headers["X-Remote-User"] != "system:kube-aggregator")
        {
            LastHeaders = request.Headers.ToDictionary(h => h.Key, h => string.Join('|', h.Value.ToArray()), StringComparer.OrdinalIgnoreCase);
            LastTarget = request.Path + request.QueryString;
        }
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (parts)
        {
            case ["openapi", "v2"]:
                http.Response.Headers.ETag = "\"swag\"";
                if (request.Headers.IfNoneMatch == "\"swag\"")
                {
                    http.Response.StatusCode = 304;
                    return;
                }
                SwaggersRead++;
                await WriteAsync(http, Swagger);
                return;
            case ["openapi", "v3"]:
                await WriteAsync(http, $$$"""{"paths":{"apis/{{{Group}}}/{{{Version}}}":{"serverRelativeURL":"/openapi/v3/apis/{{{Group}}}/{{{Version}}}?hash=AB12"} } }""");
                return;
            case ["openapi", "v3", ..]:
                await WriteAsync(http, """{"openapi":"3.0.0","info":{"title":"wardle","version":"1"},"paths":{}}""");
                return;
            case ["apis", Group, Version]:
                await WriteAsync(http, $$$"""
                    {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"{{{Group}}}/{{{Version}}}","resources":[
                     {"name":"flunders","singularName":"flunder","namespaced":true,"kind":"Flunder","verbs":["create","delete","deletecollection","get","list","patch","update","watch"],"shortNames":["fl"]},
                     {"name":"flunders/status","singularName":"","namespaced":true,"kind":"Flunder","verbs":["get","patch","update"]}]}
                    """);
                return;
            case ["apis", Group, Version, "namespaces", var ns, "flunders"]:
                await CollectionAsync(http, ns);
                return;
            case ["apis", Group, Version, "flunders"]:
                await CollectionAsync(http, null);
                return;
            case ["apis", Group, Version, "namespaces", _, "flunders", "echo", "connect"]:
                await EchoAsync(http);
                return;
            case ["apis", Group, Version, "namespaces", var ns, "flunders", var name]:
                await ObjectAsync(http, $"{ns}/{name}");
                return;
            default:
                http.Response.StatusCode = 404;
                return;
        }
    }

    async Task CollectionAsync(HttpContext http, string? ns)
    {
        switch (http.Request.Method)
        {
            case "GET" when http.Request.Query["watch"] is ["1" or "true"]:
                http.Response.ContentType = "application/json";
                await http.Response.Body.FlushAsync();
                var made = await next.Task.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync(new JsonObject { ["type"] = "ADDED", ["object"] = made.DeepClone() }.ToJsonString() + "\n");
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return;
            case "GET":
                var items = objects.Where(o => ns is null || o.Key.StartsWith(ns + "/", StringComparison.Ordinal)).Select(o => o.Value.DeepClone());
                await WriteAsync(http, new JsonObject { ["kind"] = "FlunderList", ["apiVersion"] = $"{Group}/{Version}", ["metadata"] = new JsonObject { ["resourceVersion"] = $"{revision}" }, ["items"] = new JsonArray([.. items]) }.ToJsonString());
                return;
            case "POST":
                var obj = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
                (obj["apiVersion"], obj["kind"]) = ($"{Group}/{Version}", "Flunder");
                obj["metadata"]!["namespace"] = ns;
                obj["metadata"]!["uid"] = Guid.NewGuid().ToString();
                obj["metadata"]!["resourceVersion"] = $"{Interlocked.Increment(ref revision)}";
                objects[$"{ns}/{obj["metadata"]!["name"]}"] = obj;
                next.TrySetResult(obj);
                await WriteAsync(http, obj.ToJsonString(), 201);
                return;
            case "DELETE":
                foreach (var key in objects.Keys.Where(k => k.StartsWith(ns + "/", StringComparison.Ordinal))) objects.TryRemove(key, out _);
                await WriteAsync(http, """{"kind":"Status","apiVersion":"v1","status":"Success"}""");
                return;
        }
    }

    async Task ObjectAsync(HttpContext http, string key)
    {
        if (http.Request.Method == "DELETE" ? objects.TryRemove(key, out var obj) : objects.TryGetValue(key, out obj)) await WriteAsync(http, obj.ToJsonString());
        else await WriteAsync(http, """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"flunders.wardle.example.com not found"}""", 404);
    }

    static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } got)
            await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, true, http.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", http.RequestAborted);
    }

    static Task WriteAsync(HttpContext http, string json, int code = 200)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    bool IsProxy(X509Certificate2? certificate)
    {
        if (certificate is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(proxyAuthority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    static X509Certificate2 Serving(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + Service, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"{Service}.{Namespace}.svc");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
