using System.Runtime.CompilerServices;
using Fairlead.Cel.Functions;
using Fairlead.Cel.Syntax;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Evaluation;

/// <summary>Walks an expression (cel-spec, Evaluation). Each node costs one, and what looks at a text or list costs its size too.</summary>
sealed class Interpreter(IReadOnlyDictionary<string, object?> variables, CelCost cost)
{
    readonly Dictionary<string, object?> local = new(StringComparer.Ordinal);

    public object? Evaluate(Expr expr)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        cost.Spend(1);
        return expr switch
        {
            Literal constant => constant.Value,
            Ident name => Variable(name.Name),
            Syntax.Select select => Field(Evaluate(select.Operand), select.Field, select.Optional),
            Has has => HasField(Evaluate(has.Operand), has.Field),
            Syntax.Index index => At(Evaluate(index.Operand), Evaluate(index.Key), index.Optional),
            Operator op => Operate(op),
            Conditional choice => Evaluate(Condition(Evaluate(choice.Condition)) ? choice.Then : choice.Otherwise),
            ListMaker list => List(list),
            MapMaker map => Map(map),
            Call call => Invoke(call),
            Comprehension all => new Comprehensions(this, cost).Run(all),
            Bind bind => Bound(bind),
            _ => throw new CelException("not an expression"),
        };
    }

    /// <summary>Evaluates with variables that exist here alone.</summary>
    public object? With(string first, object? value, string? second, object? other, Expr body)
    {
        var (hadFirst, oldFirst) = (local.Remove(first, out var f), f);
        var hadSecond = false;
        object? oldSecond = null;
        if (second is not null) hadSecond = local.Remove(second, out oldSecond);
        local[first] = value;
        if (second is not null) local[second] = other;
        try { return Evaluate(body); }
        finally
        {
            Back(first, hadFirst, oldFirst);
            if (second is not null) Back(second, hadSecond, oldSecond);
        }
    }

    /// <summary>The name under which the library knows a call: with its space for optional.of and the like.</summary>
    public static string FunctionName(Call call) => call.Target is Ident space && Library.Has($"{space.Name}.{call.Name}") ? $"{space.Name}.{call.Name}" : call.Name;

    public static bool Condition(object? value) => value is bool truth ? truth : throw Operations.NoOverload("_?_:_", value);

    void Back(string name, bool had, object? value)
    {
        if (had) local[name] = value;
        else local.Remove(name);
    }

    object? Variable(string name) =>
        local.TryGetValue(name, out var value) || variables.TryGetValue(name, out value) ? value
        : name is "bool" or "int" or "uint" or "double" or "string" or "bytes" or "list" or "map" or "null_type" or "type" ? new CelType(name)
        : throw new CelException($"no such attribute(s): {name}");

    static object? Field(object? operand, string field, bool optional)
    {
        if (operand is CelOptional maybe)
            return !maybe.HasValue ? CelOptional.None : maybe.Value is ICelMap inner && inner.TryGet(field, out var found) ? CelOptional.Of(found) : CelOptional.None;
        if (operand is CelAuthorizer { RequestResource: { } check } && field == "requestResource") return check;
        if (operand is not ICelMap map) throw new CelException($"no such overload: {Operations.TypeName(operand)}.{field}");
        var has = map.TryGet(field, out var value);
        if (optional) return has ? CelOptional.Of(value) : CelOptional.None;
        return has ? value : throw new CelException($"no such key: {field}");
    }

    static object HasField(object? operand, string field) => operand switch
    {
        ICelMap map => map.TryGet(field, out _),
        CelOptional maybe => maybe is { HasValue: true, Value: ICelMap inner } && inner.TryGet(field, out _),
        _ => throw Operations.NoOverload($"has(_.{field})", operand),
    };

    static object? At(object? operand, object? key, bool optional)
    {
        if (operand is CelOptional maybe)
        {
            if (!maybe.HasValue) return CelOptional.None;
            (operand, optional) = (maybe.Value, true);
        }
        if (operand is ICelMap map)
        {
            var has = map.TryGet(key, out var value);
            return optional ? has ? CelOptional.Of(value) : CelOptional.None : has ? value : throw new CelException($"no such key: {Conversions.Show(key)}");
        }
        if (operand is not IReadOnlyList<object?> list) throw Operations.NoOverload("_[_]", operand, key);
        var index = key switch { long n => n, ulong u => (long)Math.Min(u, long.MaxValue), double d when d == Math.Truncate(d) && Math.Abs(d) < 1e15 => (long)d, _ => throw Operations.NoOverload("_[_]", operand, key) };
        var inside = index >= 0 && index < list.Count;
        if (optional) return inside ? CelOptional.Of(list[(int)index]) : CelOptional.None;
        return inside ? list[(int)index] : throw new CelException($"index out of bounds: {index}");
    }

    object? Operate(Operator op)
    {
        if (op.Sign is "&&" or "||") return Either(op, op.Sign == "||");
        var left = Evaluate(op.Left);
        if (op.Right is null)
            return op.Sign == "-" ? Operations.Negate(left) : left is bool truth ? !truth : throw Operations.NoOverload("!_", left);
        var right = Evaluate(op.Right);
        cost.Spend(Sizes.Of(left) / 10 + Sizes.Of(right) / 10);
        return op.Sign switch
        {
            "==" => Operations.Same(left, right),
            "!=" => !Operations.Same(left, right),
            "<" => Operations.Compare(left, right) < 0,
            "<=" => Operations.Compare(left, right) <= 0,
            ">" => Operations.Compare(left, right) > 0,
            ">=" => Operations.Compare(left, right) >= 0,
            "in" => In(left, right),
            _ => Operations.Arithmetic(op.Sign, left, right),
        };
    }

    /// <summary>One side that decides makes up for an error of the other, whichever stands first.</summary>
    bool Either(Operator op, bool decisive)
    {
        CelException? error = null;
        foreach (var side in (Expr[])[op.Left, op.Right!])
        {
            try
            {
                if (Evaluate(side) is not bool truth) throw Operations.NoOverload($"_{op.Sign}_", (object?)null);
                if (truth == decisive) return decisive;
            }
            catch (CelException e) when (!e.IsCost) { error ??= e; }
        }
        return error is null ? !decisive : throw error;
    }

    bool In(object? element, object? container)
    {
        if (container is ICelMap map) return map.TryGet(element, out _);
        if (container is not IReadOnlyList<object?> list) throw Operations.NoOverload("@in", element, container);
        cost.Spend(list.Count);
        return list.Any(e => Operations.Same(e, element));
    }

    object?[] List(ListMaker list)
    {
        var made = new List<object?>(list.Elements.Count);
        foreach (var (value, optional) in list.Elements)
        {
            var one = Evaluate(value);
            if (!optional) made.Add(one);
            else if (one is CelOptional maybe) { if (maybe.HasValue) made.Add(maybe.Value); }
            else throw Operations.NoOverload("[?_]", one);
        }
        return [.. made];
    }

    CelMap Map(MapMaker map)
    {
        var made = new CelMap();
        foreach (var (key, value, optional) in map.Entries)
        {
            var (name, one) = (Evaluate(key), Evaluate(value));
            if (!optional) made.Add(name, one);
            else if (one is CelOptional maybe) { if (maybe.HasValue) made.Add(name, maybe.Value); }
            else throw Operations.NoOverload("{?_}", one);
        }
        return made;
    }

    object? Invoke(Call call)
    {
        var name = FunctionName(call);
        var args = new List<object?>(call.Args.Count + 1);
        if (call.Target is not null && name == call.Name) args.Add(Evaluate(call.Target));
        foreach (var arg in call.Args) args.Add(Evaluate(arg));
        foreach (var arg in args) cost.Spend(Sizes.Of(arg) / 10);
        return Library.Call(name, [.. args], cost);
    }

    object? Bound(Bind bind)
    {
        var value = Evaluate(bind.Value);
        if (bind.Macro == "bind") return With(bind.Name, value, null, null, bind.Body);
        if (value is not CelOptional optional) throw Operations.NoOverload(bind.Macro, value);
        if (!optional.HasValue) return CelOptional.None;
        var result = With(bind.Name, optional.Value, null, null, bind.Body);
        return bind.Macro == "optMap" ? CelOptional.Of(result) : result;
    }
}
