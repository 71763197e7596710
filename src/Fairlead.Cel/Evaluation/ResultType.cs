using Fairlead.Cel.Syntax;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Evaluation;

/// <summary>
/// What can be said of a value's type before there is one. Variables are dyn, and so is most that is made of them; comparisons,
/// constants and the better known functions are not.
/// </summary>
static class ResultType
{
    static readonly string[] Truths =
        ["contains", "startsWith", "endsWith", "matches", "isSorted", "hasValue", "isQuantity", "isURL", "isIP", "isCIDR", "isSemver", "sets.contains", "sets.equivalent", "sets.intersects", "allowed", "errored", "bool"];
    static readonly string[] Texts = ["string", "join", "lowerAscii", "upperAscii", "trim", "substring", "replace", "charAt", "reason", "error", "strings.quote"];

    /// <summary>The name of the type; null if it is not known.</summary>
    public static string? Of(Expr expr) => expr switch
    {
        Literal constant => Operations.TypeName(constant.Value),
        Has or Operator { Sign: "&&" or "||" or "!" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" } => "bool",
        Operator { Right: { } right } sum => Of(sum.Left) is { } type && type == Of(right) && type is "string" or "double" or "list" ? type : null,
        Conditional choice => Of(choice.Then) is { } type && type == Of(choice.Otherwise) ? type : null,
        ListMaker => "list",
        MapMaker => "map",
        Comprehension { Macro: "all" or "exists" or "exists_one" } => "bool",
        Comprehension { Macro: "transformMap" } => "map",
        Comprehension => "list",
        Bind { Macro: "bind" } bind => Of(bind.Body),
        Call { Name: "size", Args.Count: <= 1 } => "int",
        Call call when Truths.Contains(Interpreter.FunctionName(call)) => "bool",
        Call call when Texts.Contains(Interpreter.FunctionName(call)) => "string",
        _ => null,
    };
}
