using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;

namespace Fairlead.EndToEnd;

/// <summary>What a load balancer outside asks of the nodes before it sends them anything.</summary>
[Collection(nameof(RunningCluster))]
public class HealthCheckTests(RunningCluster running)
{
    const string Balanced = """
        apiVersion: v1
        kind: Service
        metadata: { name: balanced }
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          selector: { app: web }
          ports: [{ port: 80, targetPort: http }]
        """;

    static readonly TimeSpan Followed = TimeSpan.FromSeconds(5);

    Kubectl Kubectl => running.Kubectl;

    [Fact]
    public async Task The_node_with_the_Pod_is_healthy_for_the_Service_and_every_node_for_itself()
    {
        await running.ScaleAsync(1);
        (await Kubectl.RunAsync(Balanced, "apply", "-f", "-")).Ok();
        try
        {
            var port = (await Kubectl.OkAsync("get", "service", "balanced", "-o", "jsonpath={.spec.healthCheckNodePort}")).Trim();
            var serving = await PlaceAsync();
            foreach (var (node, address) in await NodesAsync())
            {
                var body = await BecomesAsync(node == serving ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, $"http://{address}:{port}/");
                Assert.Equal(node == serving ? 1 : 0, (int)JsonNode.Parse(body)!["localEndpoints"]!);
                Assert.Contains("\"nodeEligible\": true", await BecomesAsync(HttpStatusCode.OK, $"http://{address}:10256/healthz"));
            }
            await Kubectl.OkAsync("taint", "node", serving, "ToBeDeletedByClusterAutoscaler=1:PreferNoSchedule");
            var leaving = (await NodesAsync())[serving];
            await BecomesAsync(HttpStatusCode.ServiceUnavailable, $"http://{leaving}:10256/healthz");
            await BecomesAsync(HttpStatusCode.OK, $"http://{leaving}:10256/livez");
            await Kubectl.OkAsync("taint", "node", serving, "ToBeDeletedByClusterAutoscaler-");
            await BecomesAsync(HttpStatusCode.OK, $"http://{leaving}:10256/healthz");
        }
        finally
        {
            await Kubectl.OkAsync("delete", "service", "balanced");
        }
    }

    async Task<string> PlaceAsync() => (await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].spec.nodeName}")).Trim();

    async Task<Dictionary<string, string>> NodesAsync() =>
        (await Kubectl.OkAsync("get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name} {.status.addresses[?(@.type==\"InternalIP\")].address}{\"\\n\"}{end}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToDictionary(w => w[0], w => w[1]);

    static Task<string> BecomesAsync(HttpStatusCode wished, string url) => Run.UntilAsync($"{url} is {wished}", Followed, async () =>
    {
        using var http = new HttpClient { Timeout = Followed };
        try
        {
            using var answer = await http.GetAsync(new Uri(url));
            return answer.StatusCode == wished ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    });
}
