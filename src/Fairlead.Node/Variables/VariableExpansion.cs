using System.Text;

namespace Fairlead.Node.Variables;

/// <summary>
/// Expands <c>$(NAME)</c> in command, args, env values and subPathExpr. <c>$$</c> is a dollar sign, so <c>$$(NAME)</c> stays
/// <c>$(NAME)</c>; a reference to a name that is not known stays as it is written.
/// </summary>
static class VariableExpansion
{
    /// <param name="lookup">The value of a name, or null.</param>
    public static string Expand(string text, Func<string, string?> lookup)
    {
        if (!text.Contains('$')) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }
            i++;
            var close = text[i] == '(' ? text.IndexOf(')', i) : -1;
            if (close > 0)
            {
                var name = text[(i + 1)..close];
                result.Append(lookup(name) ?? $"$({name})");
                i = close;
            }
            else if (text[i] == '$') result.Append('$');
            else result.Append('$').Append(text[i]);
        }
        return result.ToString();
    }
}
