using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Selectors;

/// <summary>
/// A label selector, from the query syntax of the labelSelector parameter or from a LabelSelector record. An object
/// matches if it meets every requirement. Immutable.
/// </summary>
public sealed class LabelSelectorText
{
    /// <summary>Matches every object.</summary>
    public static readonly LabelSelectorText Everything = new([]);

    /// <summary>Matches no object.</summary>
    public static readonly LabelSelectorText Nothing = new(null);

    readonly LabelRequirement[]? requirements;

    LabelSelectorText(LabelRequirement[]? requirements) => this.requirements = requirements;

    public bool IsEverything => requirements is { Length: 0 };

    /// <summary>The requirements, sorted by key; none for <see cref="Nothing"/> too.</summary>
    public IReadOnlyList<LabelRequirement> Requirements => requirements ?? [];

    /// <summary>Reads the query syntax: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k</c>. Empty matches everything.</summary>
    /// <exception cref="SelectorException">The text is not a selector; the message is that of apimachinery.</exception>
    public static LabelSelectorText Parse(string? text) =>
        string.IsNullOrEmpty(text) ? Everything : Of(new LabelSelectorParser(text).Parse());

    /// <summary>From the record: null matches nothing, an empty one everything.</summary>
    /// <exception cref="SelectorException">An operator, key or value is not valid.</exception>
    public static LabelSelectorText From(LabelSelector? selector)
    {
        if (selector is null) return Nothing;
        var list = new List<LabelRequirement>();
        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>())
            list.Add(LabelRequirement.Checked(key, LabelOperator.Equals, [value]));
        foreach (var expression in selector.MatchExpressions ?? [])
            list.Add(LabelRequirement.Checked(expression.Key, OperatorOf(expression.Operator), expression.Values ?? []));
        return Of(list);
    }

    /// <summary>From the record as JSON: null matches nothing, an empty one everything.</summary>
    /// <exception cref="SelectorException">An operator, key or value is not valid.</exception>
    public static LabelSelectorText FromJson(JsonObject? selector) =>
        From(selector is null ? null : ApiJson.Read<LabelSelector>(JsonTree.Write(selector).Span));

    /// <summary>A selector that asks for each of these labels with exactly its value (Service, ReplicationController).</summary>
    public static LabelSelectorText FromLabels(IReadOnlyDictionary<string, string>? labels) =>
        Of([.. (labels ?? new Dictionary<string, string>()).Select(l => new LabelRequirement(l.Key, LabelOperator.Equals, [l.Value]))]);

    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        if (requirements is null) return false;
        foreach (var requirement in requirements)
            if (!requirement.Accepts(labels is not null && labels.TryGetValue(requirement.Key, out var value) ? value : null))
                return false;
        return true;
    }

    /// <summary>Whether the labels of a decoded object (its metadata.labels) match.</summary>
    public bool Matches(JsonObject? labels)
    {
        if (requirements is null) return false;
        foreach (var requirement in requirements)
            if (!requirement.Accepts(labels?[requirement.Key] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null))
                return false;
        return true;
    }

    /// <summary>The query syntax, which <see cref="Parse"/> reads back to an equal selector; empty for everything and for nothing.</summary>
    public override string ToString() => string.Join(',', Requirements);

    static LabelSelectorText Of(List<LabelRequirement> list) =>
        list.Count == 0 ? Everything : new([.. list.OrderBy(r => r.Key, StringComparer.Ordinal)]);

    static LabelOperator OperatorOf(string text) => text switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        _ => throw new SelectorException($"\"{text}\" is not a valid label selector operator"),
    };
}
