using System.Globalization;

namespace Fairlead.Bench;

/// <summary>Objects of the sizes that clusters hold.</summary>
static class Bodies
{
    static readonly string Padding = new('x', 1000);

    public static string ConfigMap(string name, long stamp = 0) => $$$"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"bench","tier":"one"}},"data":{"stamp":"{{{stamp.ToString("D20", CultureInfo.InvariantCulture)}}}","text":"{{{Padding}}}"}}
        """;

    /// <summary>About 3 KB with what the server adds.</summary>
    public static string Pod(string name) => $$$$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{{{name}}}}}","labels":{"app":"bench","pod-template-hash":"5d4f8c7b9"},"annotations":{"example.com/about":"{{{{{Padding}}}}}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"bench-5d4f8c7b9","uid":"0a1b2c3d-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":true}]},"spec":{"nodeName":"node-1","serviceAccountName":"default","containers":[{"name":"main","image":"registry.example/team/app:1.2.3","args":["--listen=:8080","--verbose"],"ports":[{"containerPort":8080,"name":"http"}],"env":[{"name":"LEVEL","value":"info"},{"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}},"readinessProbe":{"httpGet":{"path":"/ready","port":"http"}},"livenessProbe":{"httpGet":{"path":"/live","port":"http"}}},{"name":"side","image":"registry.example/team/side:4.5.6","resources":{"requests":{"cpu":"10m","memory":"16Mi"}}}]}}
        """;

    public static string Deployment(string name, int n = 1) => $$$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{{name}}}}}","labels":{"app":"bench"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"bench"}},"template":{"metadata":{"labels":{"app":"bench"}},"spec":{"containers":[{"name":"main","image":"example/app:{{{{{n}}}}}","ports":[{"containerPort":8080,"name":"http"}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},"readinessProbe":{"httpGet":{"path":"/","port":8080}}},{"name":"side","image":"example/side:1"}]}}}}
        """;

    public static string DeploymentPatch(int n) => $$$$$"""
        {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"example/app:{{{{{n}}}}}","env":[{"name":"B","value":"{{{{{n}}}}}"}]}]}}}}
        """;
}
