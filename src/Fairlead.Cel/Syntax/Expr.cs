namespace Fairlead.Cel.Syntax;

// The forms of an expression. They stand together because each is one line and they are read together.

/// <summary>A node of a parsed expression.</summary>
/// <param name="At">Where it begins in the text.</param>
abstract record Expr(int At);

/// <summary>A constant.</summary>
sealed record Literal(int At, object? Value) : Expr(At);

/// <summary>A variable.</summary>
sealed record Ident(int At, string Name) : Expr(At);

/// <summary>operand.field, or operand.?field.</summary>
sealed record Select(int At, Expr Operand, string Field, bool Optional) : Expr(At);

/// <summary>has(operand.field).</summary>
sealed record Has(int At, Expr Operand, string Field) : Expr(At);

/// <summary>operand[index], or operand[?index].</summary>
sealed record Index(int At, Expr Operand, Expr Key, bool Optional) : Expr(At);

/// <summary>f(args), or target.f(args).</summary>
sealed record Call(int At, string Name, Expr? Target, IReadOnlyList<Expr> Args) : Expr(At);

/// <summary>An operator of one or two operands, by its sign.</summary>
sealed record Operator(int At, string Sign, Expr Left, Expr? Right) : Expr(At);

/// <summary>condition ? then : otherwise.</summary>
sealed record Conditional(int At, Expr Condition, Expr Then, Expr Otherwise) : Expr(At);

/// <summary>[a, ?b].</summary>
sealed record ListMaker(int At, IReadOnlyList<(Expr Value, bool Optional)> Elements) : Expr(At);

/// <summary>{a: b, ?c: d}.</summary>
sealed record MapMaker(int At, IReadOnlyList<(Expr Key, Expr Value, bool Optional)> Entries) : Expr(At);

/// <summary>A macro over a list or the keys of a map.</summary>
/// <param name="Second">The variable of the values, in the forms with two; else null.</param>
/// <param name="Filter">The condition of map(x, filter, value).</param>
sealed record Comprehension(int At, string Macro, Expr Range, string First, string? Second, Expr? Filter, Expr Body) : Expr(At);

/// <summary>cel.bind(name, value, body), and optional.optMap(name, body).</summary>
sealed record Bind(int At, string Macro, string Name, Expr Value, Expr Body) : Expr(At);
