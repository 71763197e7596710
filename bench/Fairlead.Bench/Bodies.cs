using System.Globalization;

namespace Fairlead.Bench;

/// <summary>Objects of the sizes that clusters hold.</summary>
static class Bodies
{
    static readonly string Padding = new('x', 1000);

    public static string ConfigMap(string name, long stamp = 0) => $$$"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"bench","tier":"one"}},"data":{"stamp":"{{{stamp.ToString("D20", CultureInfo.InvariantCulture)}}}","text":"{{{Padding}}}"}}
        """;

    public static string Deployment(string name) => $$$$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{{{name}}}}}","labels":{"app":"bench"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"bench"}},"template":{"metadata":{"labels":{"app":"bench"}},"spec":{"containers":[{"name":"main","image":"example/app:1","ports":[{"containerPort":8080,"name":"http"}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},"readinessProbe":{"httpGet":{"path":"/","port":8080}}},{"name":"side","image":"example/side:1"}]}}}}
        """;

    public static string DeploymentPatch(int n) => $$$$$"""
        {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"example/app:{{{{{n}}}}}","env":[{"name":"B","value":"{{{{{n}}}}}"}]}]}}}}
        """;
}
