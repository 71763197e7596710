using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>A server with a front proxy's certificate, and a second one that is registered at it.</summary>
public sealed class AggregatedServers : IAsyncLifetime
{
    public const string ApiServices = "/apis/apiregistration.k8s.io/v1/apiservices";
    public const string Name = $"{SecondServer.Version}.{SecondServer.Group}";

    readonly X509Certificate2 proxyAuthority = TestCertificates.MakeAuthority("CN=front-proxy-ca");

    public TestServer Server { get; }
    internal SecondServer Second { get; private set; } = null!;

    public AggregatedServers() => Server = new()
    {
        VerifiesAccounts = true,
        Change = o => o with
        {
            RequestHeaders = new([proxyAuthority]) { AllowedNames = ["front-proxy-client"] },
            ProxyClientCertificate = TestCertificates.Client("CN=front-proxy-client", proxyAuthority),
        },
    };

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        Second = await SecondServer.StartAsync(proxyAuthority);
        await MakeServiceAsync(SecondServer.Service);
        await RegisterAsync();
        await AvailableAsync("True (Passed) all checks passed");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Second.DisposeAsync();
        proxyAuthority.Dispose();
    }

    /// <summary>A Service with the second server as its endpoint.</summary>
    public async Task MakeServiceAsync(string name)
    {
        var made = await Server.PostAsync($"/api/v1/namespaces/{SecondServer.Namespace}/services", $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"ports":[{"name":"https","port":443,"targetPort":8443}]}}""");
        Assert.True(made.Code == 201, made.Text);
        await MakeSliceAsync(name);
    }

    public async Task MakeSliceAsync(string service, bool ready = true)
    {
        // Past the API, which takes no address of loopback in a slice.
        var name = $"{service}-x";
        var slice = JsonNode.Parse($$$"""
            {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"{{{name}}}","namespace":"{{{SecondServer.Namespace}}}","uid":"{{{Guid.NewGuid()}}}","labels":{"kubernetes.io/service-name":"{{{service}}}"}},
             "addressType":"IPv4","ports":[{"name":"https","port":{{{Second.Port}}},"protocol":"TCP"}],"endpoints":[{"addresses":["127.0.0.1"],"conditions":{"ready":{{{(ready ? "true" : "false")}}}}}]}
            """)!.AsObject();
        var kind = BuiltInResources.All.Single(k => k.Plural == "endpointslices");
        var written = await Server.Store.WriteAsync(StoreWrite.Create(ObjectKeys.Object(kind, SecondServer.Namespace, name), StoredObject.Encode(slice)), CancellationToken.None);
        Assert.Equal(WriteOutcome.Done, written.Outcome);
    }

    public async Task RegisterAsync(string version = SecondServer.Version, string service = SecondServer.Service, string? trust = null)
    {
        var made = await Server.PostAsync(ApiServices, $$$"""
            {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"{{{version}}}.{{{SecondServer.Group}}}"},"spec":{"group":"{{{SecondServer.Group}}}","version":"{{{version}}}",
             "groupPriorityMinimum":2000,"versionPriority":10,"service":{"namespace":"{{{SecondServer.Namespace}}}","name":"{{{service}}}"},{{{trust ?? $"\"caBundle\":\"{Second.Bundle}\""}}}}}
            """);
        Assert.True(made.Code == 201, made.Text);
    }

    /// <summary>Waits until the condition of the APIService reads STATUS (REASON) MESSAGE.</summary>
    public async Task AvailableAsync(string wanted, string name = Name)
    {
        var seen = "";
        await UntilAsync(async () =>
        {
            var condition = ((await Server.GetAsync($"{ApiServices}/{name}")).Json["status"] as JsonObject)?["conditions"]?[0];
            seen = $"{condition?["status"]} ({condition?["reason"]}) {condition?["message"]}";
            return seen.StartsWith(wanted, StringComparison.Ordinal);
        }, () => $"{name} is not {wanted} but {seen}");
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, Func<string>? otherwise = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), otherwise?.Invoke() ?? "it did not come true within ten seconds");
            await Task.Delay(10);
        }
    }
}
