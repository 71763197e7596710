using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;

namespace Fairlead.Server.Registry;

/// <summary>What metadata must look like, whatever the kind (RFC 1123 and RFC 1035 names, label syntax, sizes).</summary>
public static partial class MetadataRules
{
    const int MaxAnnotationBytes = 256 * 1024;

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Subdomain { get; }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Label { get; }

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Rfc1035 { get; }

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.NonBacktracking)]
    private static partial Regex QualifiedName { get; }

    /// <summary>Adds what is wrong with an object's metadata.</summary>
    public static void Validate(ResourceDefinition kind, JsonObject obj, FieldErrors errors)
    {
        var metadata = obj.Metadata();
        if (metadata.Text("generateName") is { } prefix && NameProblem(kind.NameRule, prefix.TrimEnd('-', '.')) is { } wrong)
        {
            errors.Invalid("metadata.generateName", prefix, wrong);
        }
        if (metadata.Text("name") is not { } name) errors.Required("metadata.name", "name or generateName is required");
        else if (NameProblem(kind.NameRule, name) is { } problem) errors.Invalid("metadata.name", name, problem);
        if (metadata.Text("namespace") is { } ns && NameProblem(NameRule.Label, ns) is { } bad) errors.Invalid("metadata.namespace", ns, bad);
        ValidateLabels(metadata.Object("labels"), "metadata.labels", errors);
        ValidateAnnotations(metadata.Object("annotations"), errors);
        ValidateOwners(metadata.Array("ownerReferences"), errors);
        foreach (var finalizer in metadata.Texts("finalizers"))
        {
            foreach (var p in KeyProblems(finalizer)) errors.Invalid("metadata.finalizers", finalizer, p);
        }
    }

    /// <summary>What is wrong with a name, in upstream's words; null if nothing.</summary>
    public static string? NameProblem(NameRule rule, string name) => rule switch
    {
        NameRule.PathSegment => name is "." or ".." ? $"may not be '{name}'" : name.Contains('/') ? "may not contain '/'" : name.Contains('%') ? "may not contain '%'" : null,
        NameRule.Label => name.Length > 63 ? "must be no more than 63 bytes" : Label.IsMatch(name) ? null
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
        NameRule.Rfc1035Label => name.Length > 63 ? "must be no more than 63 bytes" : Rfc1035.IsMatch(name) ? null
            : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
        _ => name.Length > 253 ? "must be no more than 253 bytes" : Subdomain.IsMatch(name) ? null
            : @"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    };

    static void ValidateLabels(JsonObject? labels, string path, FieldErrors errors)
    {
        if (labels is null) return;
        foreach (var (key, value) in labels)
        {
            foreach (var problem in KeyProblems(key)) errors.Invalid(path, key, problem);
            var text = value is JsonValue v && v.TryGetValue(out string? s) ? s : "";
            if (text.Length > 63) errors.Invalid(path, text, "must be no more than 63 bytes");
            if (text.Length > 0 && !QualifiedName.IsMatch(text))
            {
                errors.Invalid(path, text, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
            }
        }
    }

    static void ValidateAnnotations(JsonObject? annotations, FieldErrors errors)
    {
        if (annotations is null) return;
        long bytes = 0;
        foreach (var (key, value) in annotations)
        {
            foreach (var problem in KeyProblems(key.ToLowerInvariant())) errors.Invalid("metadata.annotations", key, problem);
            bytes += key.Length + (value is JsonValue v && v.TryGetValue(out string? s) ? Encoding.UTF8.GetByteCount(s) : 0);
        }
        if (bytes > MaxAnnotationBytes) errors.TooLong("metadata.annotations", MaxAnnotationBytes);
    }

    static void ValidateOwners(JsonArray? owners, FieldErrors errors)
    {
        var controllers = 0;
        for (var i = 0; i < (owners?.Count ?? 0); i++)
        {
            if (owners![i] is not JsonObject owner) continue;
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (owner.Text(field) is null) errors.Invalid($"metadata.ownerReferences[{i}].{field}", "", field == "apiVersion" ? "version must not be empty" : "must not be empty");
            }
            if (owner.Flag("controller") == true && ++controllers == 2)
            {
                errors.Invalid("metadata.ownerReferences", owners.ToJsonString(), "Only one reference can have Controller set to true. Found \"true\" in references for several owners");
            }
        }
    }

    static IEnumerable<string> KeyProblems(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        if (slash == 0) yield return "prefix part must be non-empty";
        else if (slash > 0 && NameProblem(NameRule.Subdomain, key[..slash]) is { } prefixProblem) yield return "prefix part " + prefixProblem;
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part must be no more than 63 bytes";
        if (!QualifiedName.IsMatch(name))
        {
            yield return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
        }
    }
}
