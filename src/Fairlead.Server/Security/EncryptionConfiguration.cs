using Fairlead.Api.Resources;
using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store.Encryption;

namespace Fairlead.Server.Security;

/// <summary>
/// Reads the file of --encryption-provider-config: kind EncryptionConfiguration of apiserver.config.k8s.io/v1, with the
/// providers identity, aesgcm and aescbc.
/// </summary>
public static class EncryptionConfiguration
{
    const string Registry = "/registry/";

    /// <exception cref="FormatException">It says something that can't be done; the message says where.</exception>
    public static ValueEncryption Parse(ReadOnlySpan<byte> yaml)
    {
        JsonObject file;
        try { file = YamlInput.ParseObject(yaml); }
        catch (Exception e) when (e is not OutOfMemoryException) { throw new FormatException($"it is no YAML: {e.Message}", e); }
        if (file.Text("kind") != "EncryptionConfiguration" || file.Text("apiVersion") is not ("apiserver.config.k8s.io/v1" or "v1"))
            throw new FormatException("kind EncryptionConfiguration of apiVersion apiserver.config.k8s.io/v1 is expected");
        if (file.Array("resources") is not { Count: > 0 } resources) throw new FormatException("resources: at least one is required");
        return new([.. resources.Select((r, i) => Rule(r as JsonObject, $"resources[{i}]"))]);
    }

    static EncryptionRule Rule(JsonObject? rule, string path)
    {
        var names = rule.Texts("resources").ToList();
        if (names.Count == 0) throw new FormatException($"{path}.resources: at least one is required");
        if (rule.Array("providers") is not { Count: > 0 } providers) throw new FormatException($"{path}.providers: at least one is required");
        return new([.. names.Select(n => Prefix(n, path))], [.. providers.SelectMany((p, i) => Ciphers(p as JsonObject, $"{path}.providers[{i}]"))]);
    }

    /// <summary>secrets, deployments.apps, and for all of a group *.apps, of the core *., of everything *.*.</summary>
    static string Prefix(string name, string path)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (plural, group) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        if (plural.Length == 0 || name.Contains('/', StringComparison.Ordinal)) throw new FormatException($"{path}.resources: \"{name}\" is no resource such as secrets or deployments.apps");
        if (plural == "*" && dot < 0) throw new FormatException($"{path}.resources: use *.* to encrypt all resources, or *. for those of the core group");
        if (name == "*.*") return Registry;
        var folder = $"{Registry}{(group.Length == 0 ? "core" : group)}/";
        return plural == "*" ? folder : $"{folder}{plural}/";
    }

    static IEnumerable<ValueCipher> Ciphers(JsonObject? provider, string path)
    {
        if (provider is not { Count: 1 }) throw new FormatException($"{path}: exactly one provider is required");
        var (name, settings) = provider.First();
        return name switch
        {
            "identity" => [ValueCipher.Identity],
            "aesgcm" => Keys(settings as JsonObject, $"{path}.aesgcm", ValueCipher.AesGcm),
            "aescbc" => Keys(settings as JsonObject, $"{path}.aescbc", ValueCipher.AesCbc),
            _ => throw new FormatException($"{path}: provider {name} is not served; identity, aesgcm and aescbc are"),
        };
    }

    static List<ValueCipher> Keys(JsonObject? settings, string path, Func<string, byte[], ValueCipher> make)
    {
        if (settings.Array("keys") is not { Count: > 0 } keys) throw new FormatException($"{path}.keys: at least one is required");
        var ciphers = new List<ValueCipher>();
        for (var i = 0; i < keys.Count; i++)
        {
            var (name, secret) = ((keys[i] as JsonObject).Text("name") ?? "", (keys[i] as JsonObject).Text("secret") ?? "");
            if (name.Length == 0 || name.Contains(':', StringComparison.Ordinal)) throw new FormatException($"{path}.keys[{i}].name: a name without ':' is required");
            // Neither message repeats the secret.
            try { ciphers.Add(make(name, Convert.FromBase64String(secret))); }
            catch (FormatException) { throw new FormatException($"{path}.keys[{i}].secret: it is not base64"); }
            catch (ArgumentException e) { throw new FormatException($"{path}.keys[{i}].secret: {e.Message}"); }
        }
        return ciphers;
    }
}
