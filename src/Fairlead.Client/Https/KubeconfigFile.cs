using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Client.Https;

/// <summary>
/// Reads a kubeconfig (Config of v1): the cluster and user of its current context, with certificates and token given in
/// the file or in files of their own. Users that a plug-in program authenticates are not known here.
/// </summary>
public static class KubeconfigFile
{
    /// <summary>How to reach the cluster of the current context.</summary>
    /// <exception cref="InvalidDataException">The file can't be read, or lacks something; the message says what, in a sentence.</exception>
    public static HttpsTransportOptions Read(string path)
    {
        try
        {
            var root = YamlInput.ParseObject(File.ReadAllBytes(path));
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var context = Named(root, "contexts", Text(root, "current-context"), "context");
            var cluster = Named(root, "clusters", Text(context, "cluster"), "cluster");
            var user = Named(root, "users", Text(context, "user"), "user");
            if (!Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out var server)) throw new InvalidDataException($"{path}: the cluster has no server.");
            var authority = Bytes(cluster, "certificate-authority", folder) ?? throw new InvalidDataException($"{path}: the cluster has no certificate-authority-data.");
            return new(server, X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(authority)), Certificate(user, folder), Token(user, folder));
        }
        catch (Exception e) when (e is MalformedInputException or IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            throw new InvalidDataException($"The kubeconfig {path} can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The entry of a list that has the name, or an empty one.</summary>
    static JsonObject Named(JsonObject root, string list, string? name, string field) =>
        (root[list] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(e => Text(e, "name") == name)?[field] as JsonObject ?? [];

    static string? Text(JsonObject obj, string name) => obj[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;

    /// <summary>NAME-data in base64, or the content of the file that NAME gives.</summary>
    static byte[]? Bytes(JsonObject obj, string name, string folder) =>
        Text(obj, name + "-data") is { } data ? Convert.FromBase64String(data)
        : Text(obj, name) is { } file ? File.ReadAllBytes(Path.Combine(folder, file))
        : null;

    static X509Certificate2? Certificate(JsonObject user, string folder)
    {
        if (Bytes(user, "client-certificate", folder) is not { } certificate || Bytes(user, "client-key", folder) is not { } key) return null;
        using var pair = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
        // TLS on Linux takes keys that were loaded from PKCS#12 without further ado.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    static string? Token(JsonObject user, string folder) =>
        Text(user, "token") ?? (Text(user, "tokenFile") is { } file ? File.ReadAllText(Path.Combine(folder, file)).Trim() : null);
}
