using System.Numerics;

namespace Fairlead.Api.Schema;

/// <summary>What walks over objects ask of a node again and again. Shared between threads: what is not known yet all of them find alike.</summary>
sealed class SchemaGlance
{
    static readonly Dictionary<string, SchemaNode> None = [];

    enum Answer : byte { NotYet, No, Yes }

    readonly (string Name, SchemaNode Node)[] table = [];

    public SchemaGlance(SchemaNode node)
    {
        Node = node;
        var fields = node.Properties ?? None;
        if (fields.Count == 0) return;
        table = new (string, SchemaNode)[(int)BitOperations.RoundUpToPowerOf2((uint)fields.Count * 4)];
        foreach (var (name, field) in fields)
        {
            var place = Place(name);
            while (table[place].Name is not null) place = (place + 1) & (table.Length - 1);
            table[place] = (name, field);
        }
    }

    public SchemaNode Node { get; }

    /// <summary>True if the node or one below it has a default: the others need not be gone through.</summary>
    public bool HasDefaults => Found(ref hasDefaults, n => n.Default is not null, n => [.. Fields(n), n.Items, n.AdditionalProperties]);

    /// <summary>The fields that have, or hold, defaults.</summary>
    public IReadOnlyList<KeyValuePair<string, SchemaNode>> Defaulted => defaulted ??= [.. (Node.Properties ?? None).Where(f => f.Value.Glance.HasDefaults)];

    /// <summary>True if the node or a field below it, outside lists and maps, is immutable.</summary>
    public bool HasImmutable => Found(ref hasImmutable, n => n.Immutable, Fields);

    Answer hasDefaults, hasImmutable;
    IReadOnlyList<KeyValuePair<string, SchemaNode>>? defaulted;

    static IEnumerable<SchemaNode> Fields(SchemaNode node) => (node.Properties ?? None).Values;

    bool Found(ref Answer answer, Func<SchemaNode, bool> isSuch, Func<SchemaNode, IEnumerable<SchemaNode?>> below)
    {
        if (answer == Answer.NotYet) answer = Any(isSuch, below) ? Answer.Yes : Answer.No;
        return answer == Answer.Yes;
    }

    /// <summary>True if the node or one that is reached from it is such. Types may hold themselves.</summary>
    bool Any(Func<SchemaNode, bool> isSuch, Func<SchemaNode, IEnumerable<SchemaNode?>> below)
    {
        var seen = new HashSet<SchemaNode>(ReferenceEqualityComparer.Instance) { Node };
        var open = new Stack<SchemaNode>(seen);
        while (open.TryPop(out var node))
        {
            if (isSuch(node)) return true;
            foreach (var next in below(node))
            {
                if (next is not null && seen.Add(next)) open.Push(next);
            }
        }
        return false;
    }

    /// <summary>The schema of a field that the node names; null for another.</summary>
    public SchemaNode? Field(string name)
    {
        if (table.Length == 0) return null;
        for (var place = Place(name); table[place].Name is { } known; place = (place + 1) & (table.Length - 1))
        {
            if (ReferenceEquals(known, name) || known == name) return table[place].Node;
        }
        return null;
    }

    // Names of one struct differ in their length or ends, nearly always.
    int Place(string name) => name.Length == 0 ? 0 : (name.Length + name[0] * 5 + name[^1] * 11 + name[name.Length / 2] * 23) & (table.Length - 1);
}
