using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;

namespace Fairlead.Controllers.Deployments;

/// <summary>Compares and names Pod templates.</summary>
public static class TemplateHash
{
    /// <summary>The label by which a Deployment tells the Pods of its revisions apart.</summary>
    public const string Label = "pod-template-hash";

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

    static byte[] Canonical(PodTemplateSpec? template)
    {
        if (template is null) return [];
        var labels = template.Metadata?.Labels?.Where(l => l.Key != Label).OrderBy(l => l.Key, StringComparer.Ordinal).ToDictionary();
        return ApiJson.Write(template with { Metadata = template.Metadata is null ? null : template.Metadata with { Labels = labels, CreationTimestamp = null } });
    }
}
