using System.Diagnostics;

namespace Fairlead.Server.Tests;

/// <summary>The stock client against the server. Without kubectl on the machine these are listed as skipped.</summary>
[Collection(nameof(TestServer))]
public sealed class KubectlTests(TestServer server)
{
    const string Manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          a: "1"
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: 2
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: example.com/web:1
        """;

    /// <summary>What kubectl edit runs: it makes one change to the file.</summary>
    const string Editor = "sed -i s/replicas:.5/replicas:\\ 6/";

    static string? Kubectl => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(d => new[] { Path.Combine(d, "kubectl.1.33"), Path.Combine(d, "kubectl") }).FirstOrDefault(File.Exists);

    /// <summary>Every version that lies beside a kubectl on PATH, or beside what it links to.</summary>
    static string[] Versions => [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(d => Path.Combine(d, "kubectl")).Where(File.Exists)
        .Select(f => Path.GetDirectoryName(File.ResolveLinkTarget(f, true)?.FullName ?? f)!).Distinct()
        .SelectMany(d => Directory.GetFiles(d, "kubectl.1.??")).Order(StringComparer.Ordinal)];

    /// <summary>Those, and every kubectl on PATH itself: a distribution's may be much older.</summary>
    static string[] Clients => [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(d => Path.Combine(d, "kubectl")).Where(File.Exists)
        .Select(f => File.ResolveLinkTarget(f, true)?.FullName ?? f).Distinct().Concat(Versions)];

    Task<string> RunAsync(string input, params string[] arguments)
    {
        Assert.SkipWhen(Kubectl is null, "kubectl is not on PATH");
        return RunAsync(Kubectl!, input, arguments);
    }

    async Task<string> RunAsync(string kubectl, string input, string[] arguments)
    {
        var (code, output, errors) = await EndAsync(kubectl, input, arguments);
        Assert.True(code == 0, $"{kubectl} {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    async Task<string> RefusedAsync(string kubectl, string input, string[] arguments)
    {
        var (code, output, errors) = await EndAsync(kubectl, input, arguments);
        Assert.True(code != 0, $"{kubectl} {string.Join(' ', arguments)}: {output}");
        return errors;
    }

    async Task<(int Code, string Output, string Errors)> EndAsync(string kubectl, string input, string[] arguments)
    {
        var start = new ProcessStartInfo(kubectl) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] connection = ["--server", server.Address.ToString(), "--insecure-skip-tls-verify", "--token", TestServer.AdminToken, "--cache-dir", Path.Combine(Path.GetTempPath(), $"fairlead-kubectl-{server.Api.Port}")];
        foreach (var argument in connection.Concat(arguments)) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = "/dev/null";
        start.Environment["EDITOR"] = Editor;
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await output, await errors);
    }

    [Fact]
    public async Task Apply_get_patch_scale_and_delete()
    {
        var ns = await server.NamespaceAsync("kubectl");
        Assert.Equal("configmap/settings created\ndeployment.apps/web created\n", await RunAsync(Manifest, "-n", ns, "apply", "-f", "-"));
        Assert.Equal("configmap/settings unchanged\ndeployment.apps/web unchanged\n", await RunAsync(Manifest, "-n", ns, "apply", "-f", "-"));
        Assert.Contains("configmap/settings configured", await RunAsync(Manifest.Replace("\"1\"", "\"2\"", StringComparison.Ordinal), "-n", ns, "apply", "-f", "-"));
        Assert.Contains("web", await RunAsync("", "-n", ns, "get", "deployments", "-o", "wide"));
        await RunAsync("", "-n", ns, "scale", "deployment", "web", "--replicas", "3");
        await RunAsync("", "-n", ns, "set", "image", "deployment/web", "web=example.com/web:2");
        Assert.Equal("3 example.com/web:2", await RunAsync("", "-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}"));
        Assert.Contains("deleted", await RunAsync("", "-n", ns, "delete", "deployment", "web", "--wait=false"));
    }

    /// <summary>Server-side apply: twice the same, conflicts, force, and taking over from client-side apply.</summary>
    [Fact]
    public async Task Server_side_apply()
    {
        var ns = await server.NamespaceAsync("ssa");
        string[] apply = ["-n", ns, "apply", "--server-side", "-f", "-"];
        Assert.Equal("configmap/settings serverside-applied\ndeployment.apps/web serverside-applied\n", await RunAsync(Manifest, apply));
        var revision = (await server.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web")).Revision;
        await RunAsync(Manifest, apply);
        Assert.Equal(revision, (await server.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web")).Revision);
        await RunAsync("", "-n", ns, "patch", "deployment", "web", "--type=merge", "--field-manager=someone", "-p", """{"spec":{"replicas":7}}""");
        var conflict = await RefusedAsync(Kubectl!, Manifest, apply);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"someone\" using apps/v1: .spec.replicas", conflict);
        await RunAsync(Manifest, [.. apply, "--force-conflicts"]);
        Assert.Equal("2", await RunAsync("", "-n", ns, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"));
    }

    [Fact]
    public async Task Client_side_apply_is_taken_over_without_conflicts()
    {
        var ns = await server.NamespaceAsync("upgrade");
        await RunAsync(Manifest, "-n", ns, "apply", "-f", "-");
        var without = Manifest.Replace("  replicas: 2\n", "", StringComparison.Ordinal).Replace("  a: \"1\"", "  b: \"1\"", StringComparison.Ordinal);
        await RunAsync(without, "-n", ns, "apply", "--server-side", "-f", "-");
        Assert.Equal("{\"b\":\"1\"}", await RunAsync("", "-n", ns, "get", "configmap", "settings", "-o", "jsonpath={.data}"));
        var managers = await RunAsync("", "-n", ns, "get", "deployment", "web", "--show-managed-fields", "-o", "jsonpath={.metadata.managedFields[*].manager}");
        Assert.DoesNotContain("kubectl-client-side-apply", managers);
    }

    /// <summary>Every way in which kubectl changes an object leaves the rest of it as it was.</summary>
    [Fact]
    public async Task Edit_replace_patch_label_annotate_set_and_diff()
    {
        var ns = await server.NamespaceAsync("edits");
        Task<string> Run(params string[] arguments) => RunAsync("", ["-n", ns, .. arguments]);
        Task<string> Get(string path) => Run("get", "deployment", "web", "-o", $"jsonpath={path}");
        await RunAsync(Manifest, "-n", ns, "apply", "-f", "-");
        Assert.Contains("replicas: 2", await Run("apply", "view-last-applied", "deployment/web"));
        Assert.Equal("deployment.apps/web labeled\n", await Run("label", "deployment", "web", "l=1"));
        Assert.Equal("deployment.apps/web annotated\n", await Run("annotate", "deployment", "web", "n=1"));
        await Run("set", "env", "deployment/web", "A=1");
        await Run("set", "resources", "deployment/web", "--limits=cpu=200m");
        await Run("set", "serviceaccount", "deployment/web", "robot");
        await Run("patch", "deployment", "web", "-p", """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s"}]}}}}""");
        await Run("patch", "deployment", "web", "--type=json", "-p", """[{"op":"replace","path":"/spec/replicas","value":4}]""");
        await Run("patch", "deployment", "web", "--type=merge", "--subresource=status", "-p", """{"status":{"replicas":1}}""");
        var yaml = await Run("get", "deployment", "web", "-o", "yaml");
        Assert.Equal("deployment.apps/web replaced\n", await RunAsync(yaml.Replace("replicas: 4", "replicas: 5", StringComparison.Ordinal), "-n", ns, "replace", "-f", "-"));
        Assert.Equal("5 1 1 1 200m robot s web", await Get("{.spec.replicas} {.metadata.labels.l} {.metadata.annotations.n} {.spec.template.spec.containers[?(@.name=='web')].env[0].value} "
            + "{.spec.template.spec.containers[?(@.name=='web')].resources.limits.cpu} {.spec.template.spec.serviceAccountName} {.spec.template.spec.containers[?(@.name=='side')].image} {.spec.selector.matchLabels.app}"));
        var (code, diff, _) = await EndAsync(Kubectl!, Manifest.Replace("web:1", "web:9", StringComparison.Ordinal), ["-n", ns, "diff", "-f", "-"]);
        Assert.Equal(1, code);
        Assert.Contains("+      - image: example.com/web:9", diff.Replace("+        image:", "+      - image:", StringComparison.Ordinal));
        Assert.Equal("deployment.apps/web edited\n", await Run("edit", "deployment", "web"));
        Assert.Equal("6", await Get("{.spec.replicas}"));
    }

    [Fact]
    public async Task Apply_prunes_what_is_no_longer_there()
    {
        var ns = await server.NamespaceAsync("prune");
        var labelled = Manifest.Replace("  name: settings", "  name: settings\n  labels: {set: one}", StringComparison.Ordinal).Replace("metadata:\n  name: web\n", "metadata:\n  name: web\n  labels: {set: one}\n", StringComparison.Ordinal);
        await RunAsync(labelled, "-n", ns, "apply", "-f", "-");
        string[] prune = ["-n", ns, "apply", "--prune", "-l", "set=one", "--prune-allowlist=core/v1/ConfigMap", "--prune-allowlist=apps/v1/Deployment", "-f", "-"];
        Assert.Contains("deployment.apps/web pruned", await RunAsync(labelled[..labelled.IndexOf("---", StringComparison.Ordinal)], prune));
        Assert.Equal(404, (await server.GetAsync($"/apis/apps/v1/namespaces/{ns}/deployments/web")).Code);
    }

    /// <summary>What kubectl shows of Services and of what stands behind them.</summary>
    [Fact]
    public async Task Services_slices_addresses_and_ranges_are_shown_and_described()
    {
        var ns = await server.NamespaceAsync("shown");
        await server.PostAsync($"/api/v1/namespaces/{ns}/services", """{"metadata":{"name":"web"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.8.8","selector":{"app":"web"},"ports":[{"name":"http","port":80,"targetPort":8080,"nodePort":30808}]}}""");
        await server.PatchAsync($"/api/v1/namespaces/{ns}/services/web/status", "application/merge-patch+json", """{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.200"}]}}}""");
        await server.PostAsync($"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices", """
            {"metadata":{"name":"web-x","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4","ports":[{"name":"http","port":8080}],
             "endpoints":[{"addresses":["10.244.1.5"],"conditions":{"ready":true},"zone":"a","hints":{"forZones":[{"name":"a"}]}}]}
            """);
        await server.PostAsync($"/api/v1/namespaces/{ns}/endpoints", """{"metadata":{"name":"web"},"subsets":[{"addresses":[{"ip":"10.244.1.5"}],"ports":[{"name":"http","port":8080}]}]}""");
        Assert.Equal([["web", "LoadBalancer", "10.96.8.8", "192.0.2.200", "80:30808/TCP", "app=web"]], Rows(await RunAsync("", "-n", ns, "get", "svc", "-o", "wide")));
        Assert.Equal([["web-x", "IPv4", "8080", "10.244.1.5"]], Rows(await RunAsync("", "-n", ns, "get", "endpointslices")));
        Assert.Contains("NAME PARENTREF", Squeezed(await RunAsync("", "get", "ipaddresses")));
        Assert.Contains(Rows(await RunAsync("", "get", "ip")), r => r is ["10.96.8.8", var parent] && parent == $"services/{ns}/web");
        Assert.StartsWith("NAME CIDRS AGE", Squeezed(await RunAsync("", "get", "servicecidrs")));
        Assert.Contains(Rows(await RunAsync("", "get", "servicecidr")), r => r is ["kubernetes", "10.96.0.0/16"]);
        Assert.Contains("10.96.0.0/16", await RunAsync("", "get", "svc,endpointslices,ipaddresses,servicecidrs", "-A"));

        var described = Squeezed(await RunAsync("", "-n", ns, "describe", "service", "web"));
        foreach (var line in (string[])["Name: web", "Selector: app=web", "Type: LoadBalancer", "IP Family Policy: SingleStack", "IP Families: IPv4", "IP: 10.96.8.8", "IPs: 10.96.8.8",
            "LoadBalancer Ingress: 192.0.2.200 (VIP)", "Port: http 80/TCP", "TargetPort: 8080/TCP", "NodePort: http 30808/TCP", "Endpoints: 10.244.1.5:8080",
            "Session Affinity: None", "External Traffic Policy: Cluster", "Internal Traffic Policy: Cluster"])
            Assert.Contains(line + "\n", described);
        Assert.Contains("10.96.0.0/16\n", Squeezed(await RunAsync("", "describe", "servicecidr", "kubernetes")));
        Assert.Contains("Name: web\n", Squeezed(await RunAsync("", "describe", "ipaddress", "10.96.8.8")));
        foreach (var field in (string[])["ipaddress.spec.parentRef.resource", "servicecidr.spec.cidrs", "service.spec.trafficDistribution", "endpointslice.endpoints.hints.forNodes"])
            Assert.Contains("DESCRIPTION", await RunAsync("", "explain", field));
    }

    static string Squeezed(string text) => string.Join('\n', text.Split('\n').Select(l => string.Join(' ', l.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))) + "\n";

    /// <summary>The rows of a table after its heading, without ages.</summary>
    static List<string[]> Rows(string table) =>
        [.. Squeezed(table).Trim().Split('\n').Skip(1).Select(l => l.Split(' ').Where(cell => !(char.IsAsciiDigit(cell[0]) && char.IsAsciiLetterLower(cell[^1]))).ToArray())];

    /// <summary>Typed commands: JSON from older clients, protobuf since 1.32.</summary>
    [Fact]
    public async Task Create_and_evict_with_every_version()
    {
        var versions = Versions;
        Assert.SkipWhen(versions.Length == 0, "no kubectl.1.NN beside the kubectl on PATH");
        foreach (var kubectl in versions)
        {
            var ns = $"typed-{Path.GetExtension(kubectl)[1..]}-{Guid.NewGuid():N}"[..16];
            Task<string> Run(params string[] arguments) => RunAsync(kubectl, "", ["-n", ns, .. arguments]);
            Task<string> Create(string command) => Run(["create", .. command.Split(' '), "-o", "name"]);
            Assert.Equal($"namespace/{ns}\n", await Create($"namespace {ns}"));
            Assert.Equal("serviceaccount/robot\n", await Create("serviceaccount robot"));
            Assert.Equal("configmap/settings\n", await Create("configmap settings --from-literal=a=1 --from-literal=b="));
            Assert.Equal("secret/key\n", await Create("secret generic key --from-literal=k=pass"));
            Assert.Equal("deployment.apps/web\n", await Create("deployment web --image=example.com/web:1 --replicas=0"));
            Assert.Equal("service/web\n", await Create("service clusterip web --tcp=80:8080"));
            Assert.Equal("service/open\n", await Create("service nodeport open --tcp=443"));
            Assert.Equal("service/away\n", await Create("service externalname away --external-name=example.com"));
            Assert.StartsWith("ey", await Run("create", "token", "robot"));
            Assert.Equal("1||cGFzcw==|Opaque|0|example.com/web:1|80 8080", string.Join('|',
                await Run("get", "configmap", "settings", "-o", "jsonpath={.data.a}|{.data.b}"),
                await Run("get", "secret", "key", "-o", "jsonpath={.data.k}|{.type}"),
                await Run("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}|{.spec.template.spec.containers[0].image}"),
                await Run("get", "service", "web", "-o", "jsonpath={.spec.ports[0].port} {.spec.ports[0].targetPort}")));
            await server.PostAsync("/api/v1/nodes", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
            await server.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"default"}}""");
            var pod = await server.PostAsync($"/api/v1/namespaces/{ns}/pods", $$$"""{"metadata":{"name":"bare"},"spec":{"nodeName":"{{{ns}}}","containers":[{"name":"c","image":"i"}]}}""");
            Assert.Equal(201, pod.Code);
            Assert.Equal("pod/one created\n", await Run("run", "one", "--image=i", "--env=A=1", "--port=80"));
            Assert.Equal("service/exposed exposed\n", await Run("expose", "deployment", "web", "--name=exposed", "--port=80", "--target-port=http"));
            Assert.Contains("pod/bare evicted", await Run("drain", ns, "--force", "--grace-period=0", "--timeout=30s"));
            Assert.Equal(404, (await server.GetAsync($"/api/v1/namespaces/{ns}/pods/bare")).Code);
        }
    }

    /// <summary>Before 1.29 by OpenAPI version 2, which is read as protobuf alone; validation before 1.27 too.</summary>
    [Fact]
    public async Task Explain_and_validated_apply_with_every_client()
    {
        var clients = Clients;
        Assert.SkipWhen(clients.Length == 0, "kubectl is not on PATH");
        foreach (var kubectl in clients)
        {
            var ns = await server.NamespaceAsync("explain");
            Task<string> Run(string input, params string[] arguments) => RunAsync(kubectl, input, ["-n", ns, .. arguments]);
            Task<string> Refused(string manifest) => RefusedAsync(kubectl, manifest, ["-n", ns, "apply", "--validate=true", "-f", "-"]);
            Assert.Contains("failureThreshold", await Run("", "explain", "pod.spec.containers.livenessProbe"));
            Assert.Contains("matchLabels", await Run("", "explain", "deployment", "--recursive"));
            Assert.Equal("configmap/settings created\ndeployment.apps/web created\n", await Run(Manifest, "apply", "--validate=true", "-f", "-"));
            Assert.Equal("configmap/settings unchanged\ndeployment.apps/web unchanged\n", await Run(Manifest, "apply", "--validate=true", "-f", "-"));
            Assert.Contains("unknown field", await Refused(Manifest.Replace("image:", "imago:", StringComparison.Ordinal)));
            var dry = await Run(Manifest.Replace("replicas: 2", "replicas: 3", StringComparison.Ordinal), "apply", "--dry-run=server", "-f", "-");
            Assert.Contains("deployment.apps/web configured (server dry run)", dry);
            Assert.Equal("2", await Run("", "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}"));
        }
    }

    [Fact]
    public async Task Explain_and_api_resources_read_what_is_published()
    {
        Assert.Contains("livenessProbe", await RunAsync("", "explain", "pod.spec.containers"));
        var resources = await RunAsync("", "api-resources");
        Assert.Contains("configmaps", resources);
        Assert.Contains("deployments", resources);
    }
}
