using System.Text;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.Tests.Authorizers;

/// <summary>Files of kind AuthorizationConfiguration, and the kubeconfigs that they name.</summary>
static class AuthorizationFile
{
    /// <param name="authorizers">The list in JSON.</param>
    public static byte[] Of(string authorizers) =>
        Encoding.UTF8.GetBytes($$"""{"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthorizationConfiguration","authorizers":{{authorizers}}}""");

    public static AuthorizationConfiguration Read(string authorizers) => AuthorizationConfiguration.Parse(Of(authorizers));

    /// <summary>A webhook that is asked through the kubeconfig.</summary>
    /// <param name="more">Further fields of webhook, each with a comma before it.</param>
    public static string Webhook(string name, string kubeconfig, string failurePolicy = "NoOpinion", string more = "") => $$$"""
        {"type":"Webhook","name":"{{{name}}}","webhook":{"timeout":"3s","subjectAccessReviewVersion":"v1","matchConditionSubjectAccessReviewVersion":"v1","failurePolicy":"{{{failurePolicy}}}",
         "connectionInfo":{"type":"KubeConfigFile","kubeConfigFile":"{{{kubeconfig}}}"}{{{more}}}}}
        """;

    /// <summary>A kubeconfig of a server whose certificate the tests' authority made.</summary>
    public static string Kubeconfig(string folder, string name, string server)
    {
        var path = Path.Combine(folder, name + ".kubeconfig");
        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(TestCertificates.Authority.ExportCertificatePem()));
        File.WriteAllText(path, $$$"""
            {"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{}}],
             "clusters":[{"name":"c","cluster":{"server":"{{{server}}}","certificate-authority-data":"{{{authority}}}"}}]}
            """);
        return path;
    }
}
