using System.Text.RegularExpressions;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>What is asked of a list of metav1.Condition where a kind's status is validated (apimachinery, ValidateConditions).</summary>
static partial class ConditionRules
{
    const string ReasonForm = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
    const int LongestReason = 1024, LongestMessage = 32 * 1024;

    static readonly string[] Statuses = ["False", "True", "Unknown"];

    /// <summary>Checks status.conditions: each type once, and each condition whole.</summary>
    public static void Validate(JsonObject obj, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, condition) in obj.Each("status.conditions"))
        {
            var path = $"status.conditions[{i}]";
            if (!seen.Add(condition.Text("type"))) errors.Duplicate(path + ".type", condition.Text("type"));
            Validate(condition, path, errors);
        }
    }

    static void Validate(JsonObject condition, string path, FieldErrors errors)
    {
        var (type, status, reason) = (condition.Text("type"), condition.Text("status"), condition.Text("reason"));
        QualifiedName(type, path + ".type", errors);
        if (!Statuses.Contains(status)) errors.NotSupported(path + ".status", status, Statuses);
        if (condition.Number("observedGeneration") is < 0 and var generation) errors.Invalid(path + ".observedGeneration", generation, "must be greater than or equal to zero");
        if (condition["lastTransitionTime"] is null) errors.Required(path + ".lastTransitionTime", "must be set");
        if (reason.Length == 0) errors.Required(path + ".reason", "must be set");
        else if (!ReasonPattern.IsMatch(reason))
            errors.Invalid(path + ".reason", reason, "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end "
                + $"with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{ReasonForm}')");
        if (reason.Length > LongestReason) errors.TooLong(path + ".reason", LongestReason);
        if (condition.Text("message").Length > LongestMessage) errors.TooLong(path + ".message", LongestMessage);
    }

    /// <summary>A type is a qualified name; of an empty one both things are said that are wrong with it.</summary>
    public static void QualifiedName(string type, string path, FieldErrors errors)
    {
        if (NameSyntax.QualifiedName(type) is not { } wrong) return;
        errors.Invalid(path, type, wrong);
        if (type.Length == 0) errors.Invalid(path, type, NameSyntax.QualifiedName("-")!);
    }

    [GeneratedRegex("^" + ReasonForm + @"\z", RegexOptions.NonBacktracking)]
    private static partial Regex ReasonPattern { get; }
}
