using System.Net.Http;
using System.Text.Json.Nodes;
using Fairlead.Tests;

namespace Fairlead.EndToEnd.Clients;

/// <summary>
/// Debian's prometheus reads the API server with an account of its own, and a kubelet through it, and its parser takes all
/// of it. (Debian builds it without kubernetes_sd.)
/// </summary>
[Collection(nameof(RunningCluster))]
public sealed class PrometheusTests(RunningCluster running)
{
    static readonly TimeSpan Scraped = TimeSpan.FromSeconds(30);

    Kubectl Kubectl => running.Kubectl;

    const string Account = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: prometheus }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: { name: prometheus }
        rules:
        - { nonResourceURLs: [/metrics], verbs: [get] }
        - { apiGroups: [""], resources: [nodes/proxy], verbs: [get] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: prometheus }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: prometheus }
        subjects: [{ kind: ServiceAccount, name: prometheus, namespace: default }]
        """;

    [Fact]
    public async Task Prometheus_reads_the_metrics_of_server_and_kubelet()
    {
        (await Kubectl.RunAsync(Account, "apply", "-f", "-")).Ok();
        var folder = Directory.CreateTempSubdirectory("fairlead-prometheus-").FullName;
        var address = $"127.0.0.1:{FreePort.Next()}";
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), await ConfigurationAsync(folder));
        using var prometheus = Run.Start("prometheus", [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn"], null);
        var said = prometheus.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new($"http://{address}/") };
            Assert.Equal(1, await HasAsync(http, "up == 1", "apiserver"));
            Assert.True(await HasAsync(http, "apiserver_request_total", "apiserver") > 10);
            Assert.True(await HasAsync(http, "apiserver_request_duration_seconds_bucket", "apiserver") > 10);
            Assert.Equal(1, await HasAsync(http, "up == 1", "kubelet"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(CancellationToken.None);
            TestContext.Current.TestOutputHelper?.WriteLine(await said);
            Directory.Delete(folder, recursive: true);
            (await Kubectl.RunAsync(Account, "delete", "-f", "-", "--ignore-not-found")).Ok();
        }
    }

    async Task<string> ConfigurationAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), (await Kubectl.OkAsync("create", "token", "prometheus")).Trim());
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), await Kubectl.OkAsync("get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}"));
        var server = new Uri((await Kubectl.OkAsync("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")).Trim());
        return $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
            - job_name: apiserver
              scheme: https
              authorization: { credentials_file: {{folder}}/token }
              tls_config: { ca_file: {{folder}}/ca.crt }
              static_configs: [{ targets: ["{{server.Authority}}"] }]
            - job_name: kubelet
              scheme: https
              metrics_path: /api/v1/nodes/node1/proxy/metrics
              authorization: { credentials_file: {{folder}}/token }
              tls_config: { ca_file: {{folder}}/ca.crt }
              static_configs: [{ targets: ["{{server.Authority}}"] }]
            """;
    }

    /// <summary>How many series the query gives for the job, once there are so many.</summary>
    static async Task<int> HasAsync(HttpClient http, string query, string job, int atLeast = 1)
    {
        var count = 0;
        await Run.UntilAsync($"{query} of {job}", Scraped, async () =>
        {
            try
            {
                var metric = query.Split(' ')[0];
                var selected = query.Replace(metric, $"{metric}{{job=\"{job}\"}}", StringComparison.Ordinal);
                var answer = JsonNode.Parse(await http.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(selected)}"));
                count = answer!["data"]!["result"]!.AsArray().Count;
            }
            catch (HttpRequestException) { } // it has not begun to listen
            return count >= atLeast ? "" : null;
        });
        return count;
    }
}
