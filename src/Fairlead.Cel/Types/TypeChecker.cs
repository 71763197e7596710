using System.Runtime.CompilerServices;
using Fairlead.Cel.Evaluation;
using Fairlead.Cel.Syntax;

namespace Fairlead.Cel.Types;

/// <summary>
/// Finds the shape of an expression and what in it can't be (cel-spec, Gradual Type Checking): fields that there are not,
/// operators and functions of text that don't take what they are given. What is not known fits everywhere, and so does what
/// was already found wrong, so that one mistake is told once. Belongs to one check.
/// </summary>
sealed class TypeChecker(string text, IReadOnlyDictionary<string, CelShape> declared)
{
    readonly Dictionary<string, CelShape> known = new(declared, StringComparer.Ordinal);
    readonly List<(int At, string What)> issues = [];

    public CelTypeCheck Run(Expr root)
    {
        var result = Of(root);
        return new(result, string.Join("\n", issues.OrderBy(i => i.At).Select(i => Show(i.At, i.What))));
    }

    CelShape Of(Expr expr)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return expr switch
        {
            Literal constant => Constant(constant.Value),
            Ident name => known.GetValueOrDefault(name.Name, CelShape.Dyn),
            Select select => Field(Of(select.Operand), select.Field, select.At) is var field && select.Optional ? CelShape.Dyn : field,
            Has has => Present(has),
            Syntax.Index index => Indexed(index),
            Operator op => Operated(op),
            Conditional choice => Chosen(choice),
            ListMaker list => CelShape.List(Common(list.Elements.Select(e => e.Optional ? Unknown(e.Value) : Of(e.Value)))),
            MapMaker map => MapOf(map),
            Call call => Called(call),
            Comprehension all => Gone(all),
            Bind bind => Bound(bind),
            _ => CelShape.Dyn,
        };
    }

    static CelShape Constant(object? value) => value switch
    {
        null => CelShape.Null,
        bool => CelShape.Bool,
        long => CelShape.Int,
        ulong => CelShape.UInt,
        double => CelShape.Double,
        string => CelShape.Text,
        byte[] => CelShape.Bytes,
        _ => CelShape.Dyn,
    };

    CelShape Unknown(Expr expr)
    {
        Of(expr);
        return CelShape.Dyn;
    }

    CelShape Field(CelShape operand, string field, int at)
    {
        if (operand.Fields is { } fields) return fields(field) ?? Wrong(at, $"undefined field '{field}'");
        if (operand.IsMap) return operand.Element!;
        return operand.IsDyn ? operand : Wrong(at, $"type '{operand.Name}' does not support field selection");
    }

    CelShape Present(Has has)
    {
        Field(Of(has.Operand), has.Field, Bracket(has.At));
        return CelShape.Bool;
    }

    CelShape Indexed(Syntax.Index index)
    {
        var (operand, key) = (Of(index.Operand), Of(index.Key));
        var fits = operand.IsDyn || (operand.IsList && OperatorTypes.Fit(key, CelShape.Int)) || (operand.IsMap && OperatorTypes.Fit(key, CelShape.Text));
        if (!fits) return NoOverload(index.At, "_[_]", operand, key);
        return index.Optional ? CelShape.Dyn : operand.Element ?? CelShape.Dyn;
    }

    CelShape Operated(Operator op)
    {
        var left = Of(op.Left);
        if (op.Right is null) return OperatorTypes.Of(op.Sign, left) ?? NoOverload(op.At, OperatorTypes.Name(op.Sign, two: false), left);
        var right = Of(op.Right);
        return OperatorTypes.Of(op.Sign, left, right) ?? NoOverload(op.At, OperatorTypes.Name(op.Sign, two: true), left, right);
    }

    CelShape Chosen(Conditional choice)
    {
        var (condition, then, otherwise) = (Of(choice.Condition), Of(choice.Then), Of(choice.Otherwise));
        if (!OperatorTypes.Fit(condition, CelShape.Bool) || !OperatorTypes.Fit(then, otherwise)) return NoOverload(choice.At, "_?_:_", condition, then, otherwise);
        return then.IsDyn || then == CelShape.Null ? otherwise : then;
    }

    CelShape MapOf(MapMaker map)
    {
        var keys = Common(map.Entries.Select(e => Of(e.Key)));
        var values = Common(map.Entries.Select(e => e.Optional ? Unknown(e.Value) : Of(e.Value)));
        return keys == CelShape.Text ? CelShape.Map(values) : CelShape.Dyn;
    }

    /// <summary>The shape that all have; dyn if they differ or there are none.</summary>
    static CelShape Common(IEnumerable<CelShape> shapes) =>
        shapes.ToList() is [var first, .. var others] && others.All(o => o.Name == first.Name) ? first : CelShape.Dyn;

    CelShape Called(Call call)
    {
        var name = Interpreter.FunctionName(call);
        var isMember = call.Target is not null && name == call.Name;
        var args = call.Args.Prepend(isMember ? call.Target! : null).OfType<Expr>().Select(Of).ToList();
        if (args is [var first, .. var others] && !Signatures.Takes(name, first))
        {
            var applied = isMember ? $"{first.Name}.({Names(others)})" : $"({Names(args)})";
            return Wrong(Bracket(call.At), $"found no matching overload for '{name}' applied to '{applied}'");
        }
        return Signatures.Result(name);
    }

    CelShape Gone(Comprehension all)
    {
        var range = Of(all.Range);
        if (!range.IsDyn && range.Element is null)
            range = Wrong(all.Range.At, $"expression of type '{range.Name}' cannot be range of a comprehension (must be list, map, or dynamic)");
        var element = range.Element ?? CelShape.Dyn;
        var key = range.IsMap ? CelShape.Text : all.Second is not null && range.IsList ? CelShape.Int : element;
        var (filter, body) = Inside(() => (all.Filter is null ? CelShape.Bool : Of(all.Filter), Of(all.Body)), (all.First, key), (all.Second, element));
        var isCondition = all.Macro is "all" or "exists" or "exists_one" or "filter";
        var condition = isCondition ? body : filter;
        if (!OperatorTypes.Fit(condition, CelShape.Bool))
            NoOverload(Bracket(all.At), all.Macro == "exists" ? "_||_" : all.Macro == "all" ? "_&&_" : "_?_:_", CelShape.Bool, condition);
        return all.Macro switch
        {
            "all" or "exists" or "exists_one" => CelShape.Bool,
            "filter" => CelShape.List(key),
            "map" or "transformList" => CelShape.List(body),
            "transformMap" => CelShape.Map(body),
            _ => CelShape.Dyn,
        };
    }

    CelShape Bound(Bind bind)
    {
        var value = Of(bind.Value);
        var body = Inside(() => Of(bind.Body), (bind.Name, bind.Macro == "bind" ? value : CelShape.Dyn));
        return bind.Macro == "bind" ? body : CelShape.Dyn;
    }

    T Inside<T>(Func<T> check, params (string? Name, CelShape Shape)[] names)
    {
        var before = names.Where(n => n.Name is not null).Select(n => (Name: n.Name!, Shape: known.GetValueOrDefault(n.Name!))).ToList();
        foreach (var (name, shape) in names)
            if (name is not null) known[name] = shape;
        var result = check();
        foreach (var (name, shape) in before)
        {
            if (shape is null) known.Remove(name);
            else known[name] = shape;
        }
        return result;
    }

    CelShape NoOverload(int at, string function, params CelShape[] args) => Wrong(at, $"found no matching overload for '{function}' applied to '({Names(args)})'");

    static string Names(IEnumerable<CelShape> shapes) => string.Join(", ", shapes.Select(s => s.Name));

    CelShape Wrong(int at, string what)
    {
        issues.Add((at, what));
        return CelShape.Dyn;
    }

    /// <summary>Where a call stands in messages: at its bracket.</summary>
    int Bracket(int at) => text.IndexOf('(', at) is >= 0 and var bracket ? bracket : at;

    string Show(int at, string what)
    {
        var before = text.AsSpan(0, at);
        var start = before.LastIndexOf('\n') + 1;
        var end = text.IndexOf('\n', at) is >= 0 and var next ? next : text.Length;
        return $"ERROR: <input>:{before.Count('\n') + 1}:{at - start + 1}: {what}\n | {text[start..end].Replace('\t', ' ')}\n | {new string('.', at - start)}^";
    }
}
