using Fairlead.Cel;
using Fairlead.Cel.Values;
using Fairlead.Json;

namespace Fairlead.Server.Authentication.Oidc;

/// <summary>A CEL expression over a token's claims or over the user that was made of them.</summary>
sealed class ClaimExpression
{
    readonly CelProgram program;
    readonly string variable;

    /// <param name="variable">claims or user.</param>
    /// <param name="at">Where it stands, for the message.</param>
    /// <exception cref="FormatException">It is no expression.</exception>
    public ClaimExpression(string text, string variable, string at)
    {
        this.variable = variable;
        try { program = CelProgram.Compile(text, variable); }
        catch (CelException e) { throw new FormatException($"{at}: \"{text}\": compilation failed: {e.Message}", e); }
    }

    /// <exception cref="ClaimException">It has no value.</exception>
    public object? Evaluate(JsonObject value)
    {
        try { return program.Evaluate(new Dictionary<string, object?> { [variable] = JsonValues.Of(value) }, new CelCost()); }
        catch (CelException e) { throw new ClaimException($"expression resulted in error: {e.Message}"); }
    }

    /// <summary>The string that it is.</summary>
    /// <exception cref="ClaimException">It is none.</exception>
    public string Text(JsonObject value) => Evaluate(value) is string text ? text : throw new ClaimException("expression must return a string");

    /// <summary>The string or strings that it is; empty for null and for an empty string.</summary>
    /// <exception cref="ClaimException">It is neither.</exception>
    public IReadOnlyList<string> Texts(JsonObject value) => Evaluate(value) switch
    {
        null or "" => [],
        string one => [one],
        IEnumerable<object?> many => [.. many.Select(m => m as string ?? throw new ClaimException("expression must return a string or a list of strings")).Where(m => m.Length > 0)],
        _ => throw new ClaimException("expression must return a string or a list of strings"),
    };

    public bool IsTrue(JsonObject value) => Evaluate(value) is true;
}

/// <summary>A token's claims are not such that its user is known.</summary>
sealed class ClaimException(string message) : Exception(message);
