using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Cel;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>The form of x-kubernetes-validations.</summary>
static class RuleRules
{
    static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    public static void Validate(JsonObject schema, string path, SchemaPlace place, FieldErrors errors)
    {
        foreach (var (i, rule) in schema.Each("x-kubernetes-validations"))
        {
            var (at, before) = ($"{path}.x-kubernetes-validations[{i}]", errors.All.Count);
            ValidateForm(rule, at, errors);
            if (errors.All.Count == before && !place.InJunctor) Compile(rule, at, place, errors);
        }
    }

    static void Compile(JsonObject rule, string path, SchemaPlace place, FieldErrors errors)
    {
        if (Program(rule, "rule", path, errors) is { } program)
        {
            var usesOld = program.Variables.Contains("oldSelf");
            if (usesOld && place.Uncorrelatable is { } within)
                errors.Invalid(path + ".rule", rule.Text("rule"), $"oldSelf cannot be used on the uncorrelatable portion of the schema within {within}");
            if (!usesOld && rule["optionalOldSelf"] is not null)
                errors.Invalid(path + ".optionalOldSelf", rule.Flag("optionalOldSelf"), "may not be set if oldSelf is not used in rule");
        }
        if (rule.Text("messageExpression").Length > 0) Program(rule, "messageExpression", path, errors);
    }

    static CelProgram? Program(JsonObject rule, string field, string path, FieldErrors errors)
    {
        try { return CelProgram.Compile(rule.Text(field), SchemaRule.Variables); }
        catch (CelException e)
        {
            errors.Add(FieldErrorType.FieldValueInvalid, $"{path}.{field}", $"Invalid value: {Json.JsonText.Of(rule)}: {(field == "rule" ? "" : "messageExpression ")}compilation failed: {e.Message}");
            return null;
        }
    }

    static void ValidateForm(JsonObject rule, string path, FieldErrors errors)
    {
        var (text, message, made) = (rule.Text("rule"), rule.Text("message"), rule.Text("messageExpression"));
        if (text.Trim().Length == 0) errors.Required(path + ".rule", "rule is not specified");
        else if (message.Length > 0 && message.Trim().Length == 0) errors.Invalid(path + ".message", message, "must be non-empty if specified");
        else if (HasLines(message.Trim())) errors.Invalid(path + ".message", message, "must not contain line breaks");
        else if (HasLines(text.Trim()) && message.Trim().Length == 0) errors.Required(path + ".message", "message must be specified if rule contains line breaks");
        if (made.Length > 0 && made.Trim().Length == 0) errors.Required(path + ".messageExpression", "messageExpression must be non-empty if specified");
        if (rule["reason"].AsText() is { } reason && !Reasons.Contains(reason)) errors.NotSupported(path + ".reason", reason, Reasons);
        if (rule.Text("fieldPath") is not { Length: > 0 } field) return;
        if (field.Trim().Length == 0) errors.Invalid(path + ".fieldPath", field, "must be non-empty if specified");
        if (HasLines(field)) errors.Invalid(path + ".fieldPath", field, "must not contain line breaks");
    }

    static bool HasLines(string text) => text.AsSpan().ContainsAny('\n', '\r');
}
