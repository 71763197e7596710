using System.Text;

namespace Fairlead.Json;

/// <summary>
/// Where a walk over a tree is. Pushing and popping cost nothing; text is made only when something is to be reported.
/// Owned by one walk.
/// </summary>
public sealed class FieldPath
{
    readonly List<(string? Name, int Index)> steps = [];

    public int Depth => steps.Count;

    /// <summary>The first step's name; null at the root or in a list.</summary>
    public string? First => steps.Count == 0 ? null : steps[0].Name;

    /// <summary>The last step's name; null at the root or in a list.</summary>
    public string? Last => steps.Count == 0 ? null : steps[^1].Name;

    public void Push(string name) => steps.Add((name, -1));

    public void Push(int index) => steps.Add((null, index));

    /// <summary>A key of a map, which is shown in brackets: labels[app].</summary>
    public void PushKey(string key) => steps.Add((key, -2));

    public void Pop() => steps.RemoveAt(steps.Count - 1);

    /// <summary>spec.containers[0].image; nothing for the root.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (index == -1) text.Append(text.Length > 0 ? "." : "").Append(name);
            else if (name is null) text.Append('[').Append(index).Append(']');
            else text.Append('[').Append(name).Append(']');
        }
        return text.ToString();
    }

    /// <summary>The path of a field of where the walk is.</summary>
    public string Of(string field)
    {
        Push(field);
        var text = ToString();
        Pop();
        return text;
    }
}
