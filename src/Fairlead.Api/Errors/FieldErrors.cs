namespace Fairlead.Api.Errors;

/// <summary>The cause codes of an invalid field, as details.causes[].reason names them.</summary>
public enum FieldErrorType
{
    FieldValueRequired, FieldValueInvalid, FieldValueNotSupported, FieldValueDuplicate, FieldValueForbidden,
    FieldValueNotFound, FieldValueTooLong, FieldValueTooMany, FieldValueTypeInvalid,
}

/// <summary>One thing wrong with one field. Message is the whole text after "path: ".</summary>
public sealed record FieldError(FieldErrorType Type, string Path, string Message);

/// <summary>Collects what is wrong with an object, in the words Kubernetes uses.</summary>
public sealed class FieldErrors
{
    readonly List<FieldError> list = [];

    public IReadOnlyList<FieldError> All => list;
    public bool Any => list.Count > 0;

    public void Required(string path, string detail = "") =>
        Add(FieldErrorType.FieldValueRequired, path, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public void Invalid(string path, object? value, string detail) =>
        Add(FieldErrorType.FieldValueInvalid, path, $"Invalid value: {Show(value)}: {detail}");

    public void NotSupported(string path, string value, IEnumerable<string> supported) =>
        Add(FieldErrorType.FieldValueNotSupported, path,
            $"Unsupported value: \"{value}\": supported values: {string.Join(", ", supported.Order(StringComparer.Ordinal).Select(v => $"\"{v}\""))}");

    public void Duplicate(string path, object? value) =>
        Add(FieldErrorType.FieldValueDuplicate, path, $"Duplicate value: {Show(value)}");

    public void Forbidden(string path, string detail) =>
        Add(FieldErrorType.FieldValueForbidden, path, $"Forbidden: {detail}");

    public void NotFound(string path, object? value) =>
        Add(FieldErrorType.FieldValueNotFound, path, $"Not found: {Show(value)}");

    public void TooLong(string path, int max) =>
        Add(FieldErrorType.FieldValueTooLong, path, $"Too long: may not be more than {max} bytes");

    public void TooMany(string path, int actual, int max) =>
        Add(FieldErrorType.FieldValueTooMany, path, $"Too many: {actual}: must have at most {max} items");

    public void Add(FieldErrorType type, string path, string message) => list.Add(new(type, path, message));

    static string Show(object? value) => value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        _ => value.ToString() ?? "null",
    };
}
