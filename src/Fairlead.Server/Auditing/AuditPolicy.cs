using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Authorization;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Auditing;

/// <summary>
/// The file of --audit-policy-file: kind Policy of audit.k8s.io/v1. The first rule that fits a request decides; one that
/// fits none is not recorded. Source: Kubernetes documentation, Auditing.
/// </summary>
public sealed class AuditPolicy
{
    static readonly string[] Known = ["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"];

    readonly IReadOnlyList<AuditRule> rules;

    AuditPolicy(IReadOnlyList<AuditRule> rules) => this.rules = rules;

    /// <exception cref="FormatException">It says something that makes no sense; the message says where.</exception>
    public static AuditPolicy Parse(ReadOnlySpan<byte> yaml)
    {
        JsonObject file;
        try { file = YamlInput.ParseObject(yaml); }
        catch (Exception e) when (e is not OutOfMemoryException) { throw new FormatException($"it is no YAML: {e.Message}", e); }
        if (file.Text("kind") != "Policy" || file.Text("apiVersion") != "audit.k8s.io/v1") throw new FormatException("kind Policy of apiVersion audit.k8s.io/v1 is expected");
        CheckFields(file, Known, "");
        if (file.Array("rules") is not { Count: > 0 } rules) throw new FormatException("rules: at least one is required");
        var stages = Stages(file, "");
        var omitManagedFields = file.Flag("omitManagedFields") ?? false;
        return new([.. rules.Select((r, i) => AuditRule.Read(r as JsonObject, $"rules[{i}]", stages, omitManagedFields))]);
    }

    /// <param name="request">With the true user, whomever he impersonates.</param>
    public AuditDecision Decide(in AccessRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Matches(request)) return rule.Decision;
        }
        return AuditDecision.Nothing;
    }

    internal static IReadOnlyList<string> Stages(JsonObject holder, string at)
    {
        var stages = holder.Texts("omitStages").ToArray();
        return stages.FirstOrDefault(s => !AuditStage.All.Contains(s)) is not { } wrong ? stages
            : throw new FormatException($"{(at.Length == 0 ? "" : at + ".")}omitStages: Unsupported value: \"{wrong}\": supported values: {string.Join(", ", AuditStage.All.Select(s => $"\"{s}\""))}");
    }

    /// <summary>A field that nobody reads is a rule that is not what its writer takes it for.</summary>
    internal static void CheckFields(JsonObject holder, string[] known, string at)
    {
        foreach (var (field, _) in holder)
        {
            if (!known.Contains(field)) throw new FormatException($"{(at.Length == 0 ? "" : at + ".")}{field}: there is no such field; there are {string.Join(", ", known)}");
        }
    }
}
