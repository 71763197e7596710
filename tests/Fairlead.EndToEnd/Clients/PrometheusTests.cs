namespace Fairlead.EndToEnd.Clients;

/// <summary>
/// Debian's prometheus finds by its kubernetes_sd, which is client-go's lists and watches, what the cluster has and reads it,
/// with an account of its own.
/// </summary>
[Collection(nameof(RunningCluster))]
public sealed class PrometheusTests(RunningCluster running) : IAsyncLifetime
{
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
        - { apiGroups: [""], resources: [nodes, services, endpoints, pods], verbs: [get, list, watch] }
        - { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch] }
        - { apiGroups: [networking.k8s.io], resources: [ingresses], verbs: [get, list, watch] }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: prometheus }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: prometheus }
        subjects: [{ kind: ServiceAccount, name: prometheus, namespace: default }]
        """;

    const string Shop = """
        apiVersion: v1
        kind: Service
        metadata: { name: shop }
        spec: { ports: [{ name: http, port: 80 }] }
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: shop }
        spec:
          rules:
          - host: shop.example
            http:
              paths:
              - { path: /basket, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }
        """;

    Kubectl Kubectl => running.Kubectl;

    public async ValueTask InitializeAsync() => (await Kubectl.RunAsync(Account, "apply", "-f", "-")).Ok();

    public async ValueTask DisposeAsync() => (await Kubectl.RunAsync(Account, "delete", "-f", "-", "--ignore-not-found")).Ok();

    [Fact]
    public async Task Prometheus_finds_server_and_nodes_and_reads_their_metrics()
    {
        var server = await ServerAsync();
        await using var prometheus = await StartAsync($$"""
            - job_name: apiserver
              kubernetes_sd_configs: [{{Discovery("endpoints", server)}}]
              scheme: https
              authorization: { credentials_file: token }
              tls_config: { ca_file: ca.crt }
              relabel_configs:
              - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name]
                regex: default;kubernetes;https
                action: keep
            - job_name: kubelet
              kubernetes_sd_configs: [{{Discovery("node", server)}}]
              scheme: https
              authorization: { credentials_file: token }
              tls_config: { ca_file: ca.crt }
              relabel_configs:
              - { target_label: __address__, replacement: {{server.Authority}} }
              - { source_labels: [__meta_kubernetes_node_name], target_label: __metrics_path__, replacement: /api/v1/nodes/$1/proxy/metrics }
            """);
        await prometheus.HasAsync("""up{job="apiserver"} == 1""", found => found == 1);
        await prometheus.HasAsync("""apiserver_request_total{job="apiserver"}""", found => found > 10);
        await prometheus.HasAsync("""apiserver_request_duration_seconds_bucket{job="apiserver"}""", found => found > 10);
        await prometheus.HasAsync("""up{job="kubelet"} == 1""", found => found == 2);
    }

    [Fact]
    public async Task Prometheus_follows_Pods_Services_and_Ingresses_as_they_come_and_go()
    {
        var server = await ServerAsync();
        string[] roles = ["pod", "service", "endpoints", "endpointslice", "ingress"];
        await running.ScaleAsync(3);
        await using var prometheus = await StartAsync(string.Join('\n', roles.Select(role => $$"""
            - job_name: {{role}}
              kubernetes_sd_configs: [{{Discovery(role, server)}}]
              scrape_interval: 1h
            """)));
        var serviceIp = await Kubectl.OkAsync("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
        await prometheus.FindsAsync(1, "service", ("service_name", "web"), ("service_cluster_ip", serviceIp), ("service_port_name", "http"), ("service_type", "ClusterIP"));
        await prometheus.FindsAsync(0, "service", ("service_name", "shop"));
        await prometheus.FindsAsync(0, "ingress");
        await PodsAsync(3);

        await running.ScaleAsync(5);
        (await Kubectl.RunAsync(Shop, "apply", "-f", "-")).Ok();
        await PodsAsync(5);
        await prometheus.FindsAsync(1, "service", ("service_name", "shop"), ("service_port_number", "80"));
        await prometheus.FindsAsync(1, "ingress", ("ingress_name", "shop"), ("ingress_host", "shop.example"), ("ingress_path", "/basket"), ("ingress_scheme", "http"));

        (await Kubectl.RunAsync(Shop, "delete", "-f", "-")).Ok();
        await running.ScaleAsync(3);
        await PodsAsync(3);
        await prometheus.FindsAsync(0, "service", ("service_name", "shop"));
        await prometheus.FindsAsync(0, "ingress");

        async Task PodsAsync(int count)
        {
            await prometheus.FindsAsync(count, "pod", ("pod_label_app", "web"), ("pod_ready", "true"), ("pod_phase", "Running"), ("pod_controller_kind", "ReplicaSet"), ("pod_container_port_name", "http"));
            await prometheus.FindsAsync(count, "endpoints", ("endpoints_name", "web"), ("endpoint_ready", "true"), ("endpoint_address_target_kind", "Pod"), ("service_name", "web"));
            await prometheus.FindsAsync(count, "endpointslice", ("endpointslice_label_kubernetes_io_service_name", "web"), ("endpointslice_endpoint_conditions_ready", "true"), ("endpointslice_address_type", "IPv4"));
        }
    }

    static string Discovery(string role, Uri server) => $"{{role: {role}, api_server: \"{server}\", authorization: {{credentials_file: token}}, tls_config: {{ca_file: ca.crt}}}}";

    async Task<Uri> ServerAsync() => new((await Kubectl.OkAsync("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")).Trim());

    async Task<Prometheus> StartAsync(string jobs) => await Prometheus.StartAsync($"global: {{ scrape_interval: 1s }}\nscrape_configs:\n{jobs}",
        ("token", (await Kubectl.OkAsync("create", "token", "prometheus")).Trim()),
        ("ca.crt", await Kubectl.OkAsync("get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}")));
}
