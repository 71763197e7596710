using Fairlead.Api.Resources;
using Fairlead.Cel;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>One rule of x-kubernetes-validations, compiled. Immutable.</summary>
public sealed record SchemaRule
{
    /// <summary>The variables that a rule may use.</summary>
    public static readonly IReadOnlyList<string> Variables = ["self", "oldSelf"];

    public required CelProgram Program { get; init; }

    /// <summary>The rule as it was written.</summary>
    public required string Text { get; init; }
    public string Message { get; init; } = "";

    /// <summary>Makes the message; null if there is no such expression.</summary>
    public CelProgram? MessageProgram { get; init; }
    public string Reason { get; init; } = "";
    public string FieldPath { get; init; } = "";
    public bool OptionalOldSelf { get; init; }

    /// <summary>True if the rule is about a change and needs a value before it.</summary>
    public bool IsTransition => Program.Variables.Contains("oldSelf");

    /// <summary>What messages call the rule.</summary>
    public string Shown => Message.Trim() is { Length: > 0 } message ? message : Text.Trim();

    /// <summary>The rules of a schema; those that don't compile were refused with their definition.</summary>
    public static IReadOnlyList<SchemaRule> Read(JsonObject schema) => [.. schema.Objects("x-kubernetes-validations").Select(ReadOne)];

    static SchemaRule ReadOne(JsonObject rule) => new()
    {
        Program = CelProgram.Compile(rule.Text("rule"), Variables),
        Text = rule.Text("rule"),
        Message = rule.Text("message"),
        MessageProgram = rule.Text("messageExpression") is { Length: > 0 } text ? CelProgram.Compile(text, Variables) : null,
        Reason = rule.Text("reason"),
        FieldPath = rule.Text("fieldPath"),
        OptionalOldSelf = rule.Flag("optionalOldSelf"),
    };
}
