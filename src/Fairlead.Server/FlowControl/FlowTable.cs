using Fairlead.Api.FlowControl;
using Fairlead.Api.FlowControl.V1;
using Fairlead.Api.Json;
using Fairlead.Json;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.FlowControl;

/// <summary>All FlowSchemas whose level there is, in the order in which they are asked. Immutable, and pure.</summary>
public sealed class FlowTable
{
    readonly FlowRule[] rules;
    readonly FlowRule last;

    /// <param name="schemas">Those in the store; the mandatory ones are added if they are missing.</param>
    /// <param name="resolve">The rule of a schema; null if its level is missing.</param>
    public FlowTable(IEnumerable<FlowSchema> schemas, Func<FlowSchema, FlowRule?> resolve)
    {
        var all = schemas.ToList();
        foreach (var name in (string[])["exempt", "catch-all"])
        {
            if (all.All(s => s.Metadata.Name != name)) all.Add(Mandatory(name));
        }
        rules = [.. all.OrderBy(s => s.Spec?.MatchingPrecedence).ThenBy(s => s.Metadata.Name, StringComparer.Ordinal).Select(resolve).OfType<FlowRule>()];
        last = rules.First(r => r.Name == "catch-all");
    }

    public IReadOnlyList<FlowRule> Rules => rules;

    /// <summary>The first schema that takes the request; catch-all if none does.</summary>
    public FlowRule Find(in AccessRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Takes(request)) return rule;
        }
        return last;
    }

    /// <summary>The level exempt or catch-all as it is when its object is missing.</summary>
    public static PriorityLevelConfiguration MandatoryLevel(string name) => ApiJson.Read<PriorityLevelConfiguration>(Bytes(name, FirstFlowControl.MandatoryLevel(name)));

    static FlowSchema Mandatory(string name) => ApiJson.Read<FlowSchema>(Bytes(name, FirstFlowControl.MandatorySchema(name)));

    static ReadOnlySpan<byte> Bytes(string name, JsonObject? spec) =>
        JsonTree.Write(new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec?.DeepClone() }).Span;
}
