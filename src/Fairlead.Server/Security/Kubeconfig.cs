using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Fairlead.Client.Https;

namespace Fairlead.Server.Security;

/// <summary>A kubeconfig (client.authentication v1 Config) with one cluster, one user and one context.</summary>
/// <param name="Cluster">Name of cluster and context.</param>
/// <param name="Server">Such as https://127.0.0.1:6443.</param>
/// <param name="AuthorityPem">The CA that signed the server's certificate.</param>
public sealed record Kubeconfig(string Cluster, Uri Server, string AuthorityPem)
{
    /// <summary>Name of the user's entry.</summary>
    public string User { get; init; } = "kubernetes-admin";

    public string? ClientCertificatePem { get; init; }

    public string? ClientKeyPem { get; init; }

    /// <summary>A bearer token instead of a certificate.</summary>
    public string? Token { get; init; }

    /// <summary>With the client's certificate and key.</summary>
    public static Kubeconfig For(string cluster, Uri server, string authorityPem, X509Certificate2 client)
    {
        using var key = client.GetECDsaPrivateKey() ?? throw new ArgumentException("the certificate has no ECDSA key", nameof(client));
        return new(cluster, server, authorityPem)
        {
            User = client.GetNameInfo(X509NameType.SimpleName, false),
            ClientCertificatePem = client.ExportCertificatePem(),
            ClientKeyPem = key.ExportPkcs8PrivateKeyPem(),
        };
    }

    /// <summary>The file's text.</summary>
    public string ToYaml()
    {
        var credentials = new StringBuilder();
        if (ClientCertificatePem is not null) credentials.Append($"    client-certificate-data: {Base64(ClientCertificatePem)}\n");
        if (ClientKeyPem is not null) credentials.Append($"    client-key-data: {Base64(ClientKeyPem)}\n");
        if (Token is not null) credentials.Append($"    token: {Quoted(Token)}\n");
        return $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: {Quoted(Cluster)}
              cluster:
                server: {Quoted(Server.GetLeftPart(UriPartial.Authority))}
                certificate-authority-data: {Base64(AuthorityPem)}
            users:
            - name: {Quoted(User)}
              user:
            {credentials.ToString().TrimEnd('\n')}
            contexts:
            - name: {Quoted(Cluster)}
              context:
                cluster: {Quoted(Cluster)}
                user: {Quoted(User)}
            current-context: {Quoted(Cluster)}

            """;
    }

    /// <summary>Writes the file whole or not at all, for its owner alone.</summary>
    public void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        SafeFile.Write(path, ToYaml());
    }

    static string Base64(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem.EndsWith('\n') ? pem : pem + "\n"));

    /// <summary>Each JSON string is a YAML string.</summary>
    static string Quoted(string text) => JsonSerializer.Serialize(text, KubeconfigJson.Default.String);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
sealed partial class KubeconfigJson : System.Text.Json.Serialization.JsonSerializerContext;
