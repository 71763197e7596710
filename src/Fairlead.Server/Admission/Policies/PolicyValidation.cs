using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Policies;

/// <summary>One rule of a policy: what must be true, and what to say if it is not. Immutable.</summary>
public sealed class PolicyValidation
{
    const int LongestMessage = 5 * 1024;

    readonly CelProgram? messageExpression;
    readonly string message;

    /// <exception cref="CelException">An expression is none.</exception>
    public PolicyValidation(JsonObject validation, bool hasParams)
    {
        Text = (validation.Text("expression") ?? "").Trim();
        Program = StoredExpression.OfPolicy(Text, hasParams);
        message = (validation.Text("message") ?? "").Trim();
        Reason = validation.Text("reason") is { Length: > 0 } reason ? reason : "Invalid";
        if (validation.Text("messageExpression") is { Length: > 0 } made) messageExpression = StoredExpression.OfPolicy(made, hasParams);
    }

    public string Text { get; }
    public CelProgram Program { get; }

    /// <summary>The reason of the Status: Invalid, Forbidden, Unauthorized or RequestEntityTooLarge.</summary>
    public string Reason { get; }

    /// <summary>What to say of a write that does not meet the rule. A message that can't be made gives way to the fixed one.</summary>
    public string Message(IReadOnlyDictionary<string, object?> variables, CelCost cost)
    {
        if (messageExpression is not null)
        {
            cost.Next();
            try
            {
                if (messageExpression.Evaluate(variables, cost) is string text && text.Trim() is { Length: > 0 and <= LongestMessage } said && !said.AsSpan().ContainsAny('\r', '\n')) return said;
            }
            catch (CelException e) when (!e.IsCost) { }
        }
        return message.Length > 0 ? message : $"failed expression: {Text}";
    }
}
