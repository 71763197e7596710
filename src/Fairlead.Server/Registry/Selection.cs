using Fairlead.Api.Resources;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Registry;

/// <summary>Which objects of a collection a request is about: label selector, field selector and name together. Immutable.</summary>
public sealed class Selection
{
    public static readonly Selection Everything = new();

    readonly List<Func<ObjectFacts, bool>> terms = [];

    public bool IsEverything => terms.Count == 0;

    /// <exception cref="Api.Errors.ApiException">BadRequest: the text is no selector, or names a field that can't be selected.</exception>
    public static Selection Read(ResourceDefinition kind, string? labels, string? fields, string? name)
    {
        if (string.IsNullOrEmpty(labels) && string.IsNullOrEmpty(fields) && name is null) return Everything;
        var selection = new Selection();
        if (name is not null) selection.terms.Add(f => f.Fields["metadata.name"] == name);
        if (!string.IsNullOrEmpty(fields)) selection.AddFields(kind, fields);
        if (!string.IsNullOrEmpty(labels)) selection.AddLabels(labels);
        return selection;
    }

    public bool Matches(ObjectFacts facts)
    {
        foreach (var term in terms)
        {
            if (!term(facts)) return false;
        }
        return true;
    }

    void AddFields(ResourceDefinition kind, string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw Refuse.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
            var negative = part[at - 1] == '!';
            var field = part[..(negative ? at - 1 : at)].Trim();
            var value = part[(at + 1)..].TrimStart('=').Trim();
            if (field is not ("metadata.name" or "metadata.namespace") && !kind.SelectableFields.ContainsKey(field))
            {
                throw Refuse.BadRequest($"field label not supported: {field}");
            }
            terms.Add(f => (f.Fields[field] == value) != negative);
        }
    }

    void AddLabels(string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw Refuse.BadRequest($"unable to parse requirement: {part}");
            var (key, value) = (part[..at], part[(at + 1)..]);
            terms.Add(f => f.Labels.TryGetValue(key, out var v) && v == value);
        }
    }
}
