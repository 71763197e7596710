using System.Text;
using Fairlead.Api.AdmissionRegistration;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A policy is about something, says something, and its expressions are expressions.</summary>
sealed class ValidatingAdmissionPolicyRules : ResourceRules
{
    const int MostAnnotations = 20, LongestValueExpression = 5 * 1024;

    static readonly string[] Reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
    static readonly string[] Reserved =
        ["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj["spec"] as JsonObject ?? [];
        var hasParams = spec["paramKind"] is not null;
        if (spec["paramKind"] is JsonObject kind) ValidateKind(kind, "spec.paramKind", errors);
        if (spec["matchConstraints"] is JsonObject match)
        {
            AdmissionRules.Match(match, "spec.matchConstraints", errors);
            if (match.Objects("resourceRules").Count == 0) errors.Required("spec.matchConstraints.resourceRules");
        }
        else errors.Required("spec.matchConstraints");
        AdmissionRules.Conditions(spec, "spec.matchConditions", hasParams, errors);
        var scope = new Scope(hasParams, Variables(spec, hasParams, errors));
        var (validations, annotations) = (spec.Objects("validations"), spec.Objects("auditAnnotations"));
        if (validations.Count == 0 && annotations.Count == 0)
            foreach (var list in (string[])["spec.validations", "spec.auditAnnotations"])
                errors.Required(list, "validations or auditAnnotations must contain at least one item");
        foreach (var (i, validation) in validations.Index()) Validate(validation, $"spec.validations[{i}]", scope, errors);
        if (annotations.Count > MostAnnotations)
            errors.Invalid("spec.auditAnnotations", Shown.Json(spec["auditAnnotations"]), $"must not have more than {MostAnnotations} auditAnnotations");
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, annotation) in annotations.Index())
        {
            Annotate(annotation, obj.Text("metadata.name"), $"spec.auditAnnotations[{i}]", scope, errors);
            if (!keys.Add(annotation.Text("key"))) errors.Duplicate($"spec.auditAnnotations[{i}].key", annotation.Text("key"));
        }
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        foreach (var (i, warning) in obj.Each("status.typeChecking.expressionWarnings"))
        {
            var path = $"status.typeChecking.expressionWarnings[{i}]";
            if (warning.Text("warning").Length == 0) errors.Required(path + ".warning");
            if (warning.Text("fieldRef").Trim().Length == 0) errors.Required(path + ".fieldRef");
        }
        ConditionRules.Validate(obj, errors);
    }

    /// <summary>What a validation or annotation may use beside what every expression may.</summary>
    /// <param name="HasParams">Whether there is a paramKind.</param>
    /// <param name="Variables">The names under variables.</param>
    sealed record Scope(bool HasParams, IReadOnlySet<string> Variables)
    {
        public string? Wrong(string expression, bool hasAuthorizer, AdmissionValue value)
        {
            var (program, error) = AdmissionExpressions.Compile(expression, HasParams, Variables.Count > 0, hasAuthorizer, value);
            if (error is not null) return error;
            return program!.FieldsOf("variables").FirstOrDefault(f => !Variables.Contains(f)) is { } unknown ? $"compilation failed: undefined field '{unknown}'" : null;
        }
    }

    static HashSet<string> Variables(JsonObject spec, bool hasParams, FieldErrors errors)
    {
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, variable) in spec.Each("variables"))
        {
            var (path, name, expression) = ($"spec.variables[{i}]", variable.Text("name"), variable.Text("expression"));
            if (name.Trim().Length == 0) errors.Required(path + ".name", "name is not specified");
            else if (!IsIdentifier(name)) errors.Invalid(path + ".name", name, "name is not a valid CEL identifier");
            if (expression.Trim().Length == 0) errors.Required(path + ".expression", "expression is not specified");
            else
            {
                // The variable is declared even for the first expression, which can refer to none: upstream says "undefined field" too.
                var (program, error) = AdmissionExpressions.Compile(expression, hasParams, hasVariables: true, hasAuthorizer: true);
                error ??= program!.FieldsOf("variables").FirstOrDefault(f => !before.Contains(f)) is { } unknown ? $"compilation failed: undefined field '{unknown}'" : null;
                if (error is not null) errors.Invalid(path + ".expression", expression, error);
            }
            if (name.Length > 0 && !before.Add(name)) errors.Duplicate(path + ".name", name);
        }
        return before;
    }

    static void Validate(JsonObject validation, string path, Scope scope, FieldErrors errors)
    {
        var (expression, message, made) = (validation.Text("expression"), validation.Text("message"), validation.Text("messageExpression"));
        if (expression.Trim().Length == 0) errors.Required(path + ".expression", "expression is not specified");
        else if (scope.Wrong(expression, hasAuthorizer: true, AdmissionValue.Bool) is { } wrong) errors.Invalid(path + ".expression", expression, wrong);
        if (made.Length > 0 && made.Trim().Length == 0) errors.Invalid(path + ".messageExpression", made, "must be non-empty if specified");
        else if (made.Length > 0 && scope.Wrong(made, hasAuthorizer: false, AdmissionValue.Text) is { } wrongMessage) errors.Invalid(path + ".messageExpression", made, wrongMessage);
        if (message.Length > 0 && message.Trim().Length == 0) errors.Invalid(path + ".message", message, "message must be non-empty if specified");
        else if (HasLines(message.Trim())) errors.Invalid(path + ".message", message, "message must not contain line breaks");
        if (validation["reason"].AsText() is { } reason && !Reasons.Contains(reason)) errors.NotSupported(path + ".reason", reason, Reasons);
    }

    static void Annotate(JsonObject annotation, string policy, string path, Scope scope, FieldErrors errors)
    {
        var (key, expression) = (annotation.Text("key"), annotation.Text("valueExpression"));
        if (policy.Length == 0) errors.Invalid(path + ".key", key, "requires metadata.name be non-empty");
        else if (NameSyntax.QualifiedName($"{policy}/{key}") is { } wrongKey) errors.Invalid(path + ".key", $"{policy}/{key}", wrongKey);
        if (expression.Trim().Length == 0) errors.Required(path + ".valueExpression", "valueExpression is not specified");
        else if (Encoding.UTF8.GetByteCount(expression.Trim()) > LongestValueExpression) errors.Required(path + ".valueExpression", $"must not exceed {LongestValueExpression} bytes in length");
        else if (scope.Wrong(expression.Trim(), hasAuthorizer: true, AdmissionValue.TextOrNull) is { } wrong) errors.Invalid(path + ".valueExpression", expression, wrong);
    }

    static void ValidateKind(JsonObject kind, string path, FieldErrors errors)
    {
        var (apiVersion, name) = (kind.Text("apiVersion"), kind.Text("kind"));
        switch (apiVersion.Split('/'))
        {
            case [""]: errors.Required(path + ".apiVersion"); break;
            case [var version]: Version(version, "", apiVersion, path, errors); break;
            case [var group, var version]: Version(version, group, apiVersion, path, errors); break;
            default: errors.Invalid(path + ".apiVersion", apiVersion, $"unexpected GroupVersion string: {apiVersion}"); break;
        }
        if (name.Length == 0) errors.Required(path + ".kind");
        else if (NameSyntax.Rfc1035Label(name.ToLowerInvariant()) is { } wrong) errors.Invalid(path + ".kind", name, "may have mixed case, but should otherwise match: " + wrong);
    }

    static void Version(string version, string group, string whole, string path, FieldErrors errors)
    {
        FieldChecks.Form(group, path + ".apiVersion", NameSyntax.Subdomain, errors);
        if (version.Length == 0) errors.Invalid(path + ".apiVersion", whole, "version must be specified");
        else FieldChecks.Form(version, path + ".apiVersion", NameSyntax.Rfc1035Label, errors);
    }

    static bool IsIdentifier(string name) =>
        (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !Reserved.Contains(name);

    static bool HasLines(string text) => text.AsSpan().ContainsAny('\n', '\r');
}
