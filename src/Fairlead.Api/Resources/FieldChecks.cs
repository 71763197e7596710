using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>Checks that many kinds make of one field.</summary>
static class FieldChecks
{
    /// <summary>Numbers at dotted paths, if there, are 0 or more.</summary>
    public static void NonNegative(this JsonObject obj, FieldErrors errors, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
            if (obj.Number(path) is < 0 and var number) errors.Invalid(path, number, "must be greater than or equal to 0");
    }

    /// <summary>What stands at a dotted path is as it was.</summary>
    public static void Unchanged(this JsonObject obj, JsonObject old, FieldErrors errors, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
            if (!JsonNode.DeepEquals(obj.At(path), old.At(path))) errors.Invalid(path, Shown.Json(obj.At(path)), "field is immutable");
    }

    /// <summary>What is wrong with the text at a path, if there is one.</summary>
    public static void Form(string text, string path, Func<string, string?> form, FieldErrors errors)
    {
        if (text.Length > 0 && form(text) is { } wrong) errors.Invalid(path, text, wrong);
    }

    /// <summary>A name that an API object's could be: a path segment, and not empty.</summary>
    public static void Segment(string text, string path, FieldErrors errors)
    {
        if (text.Length == 0) errors.Required(path);
        else Form(text, path, NameSyntax.PathSegment, errors);
    }
}

/// <summary>A JSON value as messages show it: its text without quotes around it.</summary>
/// <param name="Text">What is shown.</param>
readonly record struct Shown(string Text)
{
    public static Shown Json(JsonNode? node) => new(node?.ToJsonString() ?? "null");

    public override string ToString() => Text;
}
