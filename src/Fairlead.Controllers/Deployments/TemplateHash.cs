using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Json;

namespace Fairlead.Controllers.Deployments;

/// <summary>Compares and names Pod templates.</summary>
public static class TemplateHash
{
    /// <summary>The label by which a Deployment tells the Pods of its revisions apart.</summary>
    public const string Label = "pod-template-hash";

    // Fields whose false is the same as their absence; for other switches (automountServiceAccountToken) it is not.
    static readonly HashSet<string> UnsetWhenFalse =
        ["hostNetwork", "hostPID", "hostIPC", "readOnly", "stdin", "stdinOnce", "tty"];

    // No vowels, and no digits that look like them: a hash should not spell a word.
    const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>True if the templates wish the same Pods, whatever their hash labels.</summary>
    public static bool Same(PodTemplateSpec? a, PodTemplateSpec? b) => Canonical(a).AsSpan().SequenceEqual(Canonical(b));

    /// <summary>A short name for the template, made of letters and digits.</summary>
    /// <param name="collisions">How often a name made this way was already another template's.</param>
    public static string Of(PodTemplateSpec? template, int collisions)
    {
        // FNV-1a, 64 bit.
        var hash = 14695981039346656037UL;
        foreach (var b in Canonical(template)) hash = (hash ^ b) * 1099511628211UL;
        if (collisions > 0)
        {
            foreach (var b in Encoding.ASCII.GetBytes(collisions.ToString())) hash = (hash ^ b) * 1099511628211UL;
        }
        var text = new StringBuilder();
        for (var i = 0; i < 10; i++, hash /= (uint)Alphabet.Length) text.Append(Alphabet[(int)(hash % (uint)Alphabet.Length)]);
        return text.ToString();
    }

    // Maps in order and empty fields left out: a client that reads a template and writes it back (kubectl rollout undo)
    // adds fields like "resources: {}" and orders maps in its own way, and means the same Pods.
    static byte[] Canonical(PodTemplateSpec? template)
    {
        if (template is null) return [];
        var labels = template.Metadata?.Labels?.Where(l => l.Key != Label).ToDictionary();
        var plain = template with { Metadata = template.Metadata is null ? null : template.Metadata with { Labels = labels, CreationTimestamp = null } };
        return Encoding.UTF8.GetBytes(Ordered(JsonNode.Parse(ApiJson.Write(plain)))?.ToJsonString() ?? "");
    }

    static JsonNode? Ordered(JsonNode? node)
    {
        if (node is JsonArray array) return array.Count == 0 ? null : new JsonArray([.. array.Select(n => Ordered(n) ?? new JsonObject())]);
        if (node is not JsonObject obj) return node is JsonValue value && !(value.TryGetValue<string>(out var text) && text.Length == 0) ? value.DeepClone() : null;
        var fields = obj.OrderBy(f => f.Key, StringComparer.Ordinal)
            .Where(f => !(UnsetWhenFalse.Contains(f.Key) && f.Value is JsonValue v && v.TryGetValue<bool>(out var set) && !set))
            .Select(f => KeyValuePair.Create(f.Key, Ordered(f.Value))).Where(f => f.Value is not null).ToList();
        return fields.Count == 0 ? null : new JsonObject(fields);
    }
}
