namespace Fairlead.Cel.Syntax;

/// <summary>The calls that are no functions: they name variables or look whether a field is there.</summary>
static class Macros
{
    public static Expr Expand(Call call) => (call.Name, call.Target, call.Args) switch
    {
        ("has", null, [Select { Optional: false } field]) => new Has(call.At, field.Operand, field.Field),
        ("has", null, _) => throw Lexer.Wrong("invalid argument to has() macro", call.At),
        ("all" or "exists" or "exists_one" or "filter" or "map", { } range, [var x, var body]) => new Comprehension(call.At, call.Name, range, Variable(x), null, null, body),
        ("map", { } range, [var x, var filter, var body]) => new Comprehension(call.At, "map", range, Variable(x), null, filter, body),
        ("all" or "exists" or "existsOne", { } range, [var x, var y, var body]) => new Comprehension(call.At, call.Name == "existsOne" ? "exists_one" : call.Name, range, Variable(x), Variable(y), null, body),
        ("transformList" or "transformMap" or "transformMapEntry", { } range, [var x, var y, var body]) => new Comprehension(call.At, call.Name, range, Variable(x), Variable(y), null, body),
        ("transformList" or "transformMap" or "transformMapEntry", { } range, [var x, var y, var filter, var body]) => new Comprehension(call.At, call.Name, range, Variable(x), Variable(y), filter, body),
        ("bind", Ident { Name: "cel" }, [var x, var value, var body]) => new Bind(call.At, "bind", Variable(x), value, body),
        ("optMap" or "optFlatMap", { } optional, [var x, var body]) => new Bind(call.At, call.Name, Variable(x), optional, body),
        _ => call,
    };

    static string Variable(Expr expr) => expr is Ident name ? name.Name : throw Lexer.Wrong("argument must be a simple name", expr.At);
}
