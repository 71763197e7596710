using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>Bounds, forms and allowed values of a single value.</summary>
static class ScalarChecks
{
    public static void Check(JsonNode? node, ValueChecks checks, FieldErrors errors, FieldPath path)
    {
        var kind = node?.GetValueKind();
        if (kind == JsonValueKind.String) Text(node!, node!.GetValue<string>(), checks, errors, path);
        else if (kind == JsonValueKind.Number) Number(node!, Numbers.Of(node!), checks, errors, path);
        if (checks.Enum is not { } allowed || allowed.Any(a => Same(a, node))) return;
        var shown = allowed.Select(a => a?.GetValueKind() == JsonValueKind.String ? a.GetValue<string>() : ValueValidation.Show(a));
        errors.Add(FieldErrorType.FieldValueNotSupported, path.ToString(),
            $"Unsupported value: {ValueValidation.Show(node)}: supported values: {string.Join(", ", shown.Select(s => $"\"{s}\""))}");
    }

    static void Text(JsonNode node, string text, ValueChecks checks, FieldErrors errors, FieldPath path)
    {
        if (checks.MaxLength is not null || checks.MinLength is not null)
        {
            var length = Length(text);
            if (length > checks.MaxLength) errors.TooLong(path.ToString(), (int)checks.MaxLength.Value);
            if (length < checks.MinLength) ValueValidation.Invalid(errors, path, node, $"should be at least {checks.MinLength} chars long");
        }
        if (checks.Pattern is { } pattern && !pattern.IsMatch(text))
            ValueValidation.Invalid(errors, path, node, $"should match '{checks.PatternText}'");
        if (checks.Format is { } format && !Formats.Fits(format, text))
            ValueValidation.Invalid(errors, path, node, $"must be of type {format}: {ValueValidation.Show(node)}");
    }

    static void Number(JsonNode node, decimal number, ValueChecks checks, FieldErrors errors, FieldPath path)
    {
        if (checks.Maximum is { } max && (checks.ExclusiveMaximum ? number >= max : number > max))
            ValueValidation.Invalid(errors, path, node, $"should be less than {(checks.ExclusiveMaximum ? "" : "or equal to ")}{Numbers.Show(max)}");
        if (checks.Minimum is { } min && (checks.ExclusiveMinimum ? number <= min : number < min))
            ValueValidation.Invalid(errors, path, node, $"should be greater than {(checks.ExclusiveMinimum ? "" : "or equal to ")}{Numbers.Show(min)}");
        if (checks.MultipleOf is { } step and not 0 && number % step != 0)
            ValueValidation.Invalid(errors, path, node, $"should be a multiple of {Numbers.Show(step)}");
    }

    static bool Same(JsonNode? allowed, JsonNode? node) =>
        allowed?.GetValueKind() == JsonValueKind.Number && node?.GetValueKind() == JsonValueKind.Number
            ? Numbers.Of(allowed) == Numbers.Of(node)
            : JsonNode.DeepEquals(allowed, node);

    static int Length(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
