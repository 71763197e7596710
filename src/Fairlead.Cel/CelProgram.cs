using Fairlead.Cel.Evaluation;
using Fairlead.Cel.Syntax;
using Fairlead.Cel.Types;

namespace Fairlead.Cel;

/// <summary>
/// A parsed and checked expression. Immutable: evaluated from any thread, any number of times. Types are checked as it
/// runs (every variable is dyn); names of variables and functions are checked before.
/// </summary>
public sealed class CelProgram
{
    readonly Expr root;
    readonly string text;

    CelProgram(string text, Expr root, IReadOnlySet<string> variables) => (this.text, this.root, Variables) = (text, root, variables);

    /// <summary>The variables that the expression uses, of those that it may.</summary>
    public IReadOnlySet<string> Variables { get; }

    /// <summary>The name of the type of the value, as type() has it, if the form of the expression alone says it; else null.</summary>
    public string? ResultType => Evaluation.ResultType.Of(root);

    /// <summary>The fields of a variable that the expression names: a and b in v.a + v["b"].</summary>
    public IReadOnlySet<string> FieldsOf(string variable) => NameCheck.Fields(root, variable);

    /// <param name="text">The expression.</param>
    /// <param name="variables">The names it may use.</param>
    /// <exception cref="CelException">It is no expression, or uses a name that there is not.</exception>
    public static CelProgram Compile(string text, params IReadOnlyList<string> variables)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var root = Parser.Parse(text);
            return new(text, root, NameCheck.Run(root, variables));
        }
        catch (InsufficientExecutionStackException)
        {
            throw new CelException("expression recursion limit exceeded");
        }
    }

    /// <summary>Holds the expression against the types of its variables. What is found keeps it from nothing.</summary>
    /// <param name="declared">The type of each variable; those left out are dyn.</param>
    public CelTypeCheck CheckTypes(IReadOnlyDictionary<string, CelShape> declared) => new TypeChecker(text, declared).Run(root);

    /// <summary>The value of the expression: null, bool, long, ulong, double, string, byte[], a list, <see cref="Values.ICelMap"/> and so on.</summary>
    /// <param name="values">The variables.</param>
    /// <param name="cost">What evaluation may cost; it is counted down.</param>
    /// <exception cref="CelException">It has no value, or costs too much.</exception>
    public object? Evaluate(IReadOnlyDictionary<string, object?> values, CelCost cost)
    {
        try
        {
            return new Interpreter(values, cost).Evaluate(root);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new CelException("expression recursion limit exceeded");
        }
    }
}
