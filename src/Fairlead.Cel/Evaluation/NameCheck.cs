using System.Runtime.CompilerServices;
using Fairlead.Cel.Functions;
using Fairlead.Cel.Syntax;

namespace Fairlead.Cel.Evaluation;

/// <summary>Whether every variable and function of an expression is known.</summary>
static class NameCheck
{
    static readonly string[] Types = ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "google"];

    /// <returns>The variables used.</returns>
    public static IReadOnlySet<string> Run(Expr root, IReadOnlyList<string> variables)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        Visit(root, [.. variables], used);
        return used;
    }

    /// <summary>The names that stand behind a variable and a point, or in brackets behind it as a constant.</summary>
    public static IReadOnlySet<string> Fields(Expr root, string variable)
    {
        var fields = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Expr>([root]);
        while (open.TryPop(out var expr))
        {
            if (Field(expr, variable) is { } field) fields.Add(field);
            foreach (var part in Parts(expr)) open.Push(part);
        }
        return fields;
    }

    static string? Field(Expr expr, string variable) => expr switch
    {
        Select { Operand: Ident name } select when name.Name == variable => select.Field,
        Has { Operand: Ident name } has when name.Name == variable => has.Field,
        Syntax.Index { Operand: Ident name, Key: Literal { Value: string key } } when name.Name == variable => key,
        _ => null,
    };

    static IEnumerable<Expr> Parts(Expr expr) => (expr switch
    {
        Select select => (IEnumerable<Expr?>)[select.Operand],
        Has has => [has.Operand],
        Syntax.Index index => [index.Operand, index.Key],
        Operator op => [op.Left, op.Right],
        Conditional choice => [choice.Condition, choice.Then, choice.Otherwise],
        ListMaker list => list.Elements.Select(e => e.Value),
        MapMaker map => map.Entries.SelectMany(e => (Expr[])[e.Key, e.Value]),
        Call call => [call.Target, .. call.Args],
        Comprehension all => [all.Range, all.Filter, all.Body],
        Bind bind => [bind.Value, bind.Body],
        _ => [],
    }).OfType<Expr>();

    static void Visit(Expr? expr, HashSet<string> known, HashSet<string> used)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expr)
        {
            case Ident name:
                if (known.Contains(name.Name)) used.Add(name.Name);
                else if (!Types.Contains(name.Name)) throw Undeclared(name.Name);
                break;
            case Select select: Visit(select.Operand, known, used); break;
            case Has has: Visit(has.Operand, known, used); break;
            case Syntax.Index index: Visit(index.Operand, known, used); Visit(index.Key, known, used); break;
            case Operator op: Visit(op.Left, known, used); Visit(op.Right, known, used); break;
            case Conditional choice: Visit(choice.Condition, known, used); Visit(choice.Then, known, used); Visit(choice.Otherwise, known, used); break;
            case ListMaker list: foreach (var (value, _) in list.Elements) Visit(value, known, used); break;
            case MapMaker map: foreach (var (key, value, _) in map.Entries) { Visit(key, known, used); Visit(value, known, used); } break;
            case Call call:
                var path = Interpreter.FunctionName(call);
                if (call.Target is { } target && path == call.Name) Visit(target, known, used);
                if (!Library.Has(path)) throw Undeclared(path);
                foreach (var arg in call.Args) Visit(arg, known, used);
                break;
            case Comprehension all:
                Visit(all.Range, known, used);
                Inside([all.First, .. all.Second is { } second ? (string[])[second] : []], known, used, all.Filter, all.Body);
                break;
            case Bind bind:
                Visit(bind.Value, known, used);
                Inside([bind.Name], known, used, bind.Body);
                break;
        }
    }

    static void Inside(string[] names, HashSet<string> known, HashSet<string> used, params Expr?[] parts)
    {
        var added = names.Where(known.Add).ToList();
        var before = names.Where(used.Contains).ToList();
        foreach (var part in parts) Visit(part, known, used);
        foreach (var name in added) known.Remove(name);
        foreach (var name in names.Except(before)) used.Remove(name);
    }

    static CelException Undeclared(string name) => new($"undeclared reference to '{name}' (in container '')");
}
