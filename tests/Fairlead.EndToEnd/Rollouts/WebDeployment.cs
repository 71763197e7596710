using System.Globalization;

namespace Fairlead.EndToEnd.Rollouts;

/// <summary>Three web servers that leave as the documentation advises, behind Service web, on a cluster's first node and every other that takes Pods.</summary>
static class WebDeployment
{
    const int Replicas = 3;

    /// <summary>Builds the image, and waits until the servers are ready.</summary>
    /// <param name="leaving">Seconds for which a Pod serves on until every node has learned that it is leaving.</param>
    public static async Task ApplyAsync(Cluster cluster, int leaving = 2)
    {
        await BuildImageAsync(cluster.Name);
        (await cluster.Kubectl.RunAsync(Manifest(leaving), "apply", "-f", "-")).Ok();
        await cluster.Kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=60s");
    }

    /// <summary>Replaces every Pod, and waits until those that were replaced have ended.</summary>
    public static async Task ReplaceAsync(Kubectl kubectl)
    {
        await kubectl.OkAsync("rollout", "restart", "deployment/web");
        await kubectl.OkAsync("rollout", "status", "deployment/web", "--timeout=90s");
        await Run.UntilAsync("the old Pods have ended", TimeSpan.FromSeconds(60), async () =>
            (await kubectl.OkAsync("get", "pods", "-l", "app=web", "--no-headers")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == Replicas ? "" : null);
    }

    /// <summary>Address and port of the Service.</summary>
    public static async Task<string> ClusterAddressAsync(Kubectl kubectl) =>
        (await kubectl.OkAsync("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")).Trim() + ":80";

    /// <summary>Its port on every node.</summary>
    public static async Task<string> NodePortAsync(Kubectl kubectl) =>
        (await kubectl.OkAsync("get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}")).Trim();

    static async Task BuildImageAsync(string cluster)
    {
        var folder = Directory.CreateTempSubdirectory("e2e-web-").FullName;
        try
        {
            (await Run.ProgramAsync("cc", ["-Os", "-static", "-o", folder + "/web", Path.Combine(Run.Root, "tests/Fairlead.EndToEnd/Web/web.c")], null, null)).Ok();
            (await Run.FairleadAsync("image", "build", folder, "--tag", "fairlead.local/web:latest", "--name", cluster)).Ok();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static string Manifest(int leaving) => """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: fairlead.local/web:latest
                imagePullPolicy: IfNotPresent
                command: [/web]
                ports: [{containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                lifecycle: {preStop: {sleep: {seconds: LEAVING}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          type: NodePort
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """.Replace("LEAVING", leaving.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
