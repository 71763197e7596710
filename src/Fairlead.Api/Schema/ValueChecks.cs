using System.Text.RegularExpressions;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>
/// What a JSON schema asks of a value beyond its type: bounds, forms and combinations of schemas. Null means not asked.
/// Immutable.
/// </summary>
public sealed record ValueChecks
{
    public decimal? Maximum { get; init; }
    public bool ExclusiveMaximum { get; init; }
    public decimal? Minimum { get; init; }
    public bool ExclusiveMinimum { get; init; }
    public decimal? MultipleOf { get; init; }

    /// <summary>In characters (Unicode code points).</summary>
    public long? MaxLength { get; init; }
    public long? MinLength { get; init; }
    public Regex? Pattern { get; init; }

    /// <summary>The pattern as it was written.</summary>
    public string PatternText { get; init; } = "";
    public long? MaxItems { get; init; }
    public long? MinItems { get; init; }
    public long? MaxProperties { get; init; }
    public long? MinProperties { get; init; }

    /// <summary>The values allowed; null if any is.</summary>
    public IReadOnlyList<JsonNode?>? Enum { get; init; }

    /// <summary>The format to check strings by, known ones only.</summary>
    public string? Format { get; init; }

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];
    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];
    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];
    public SchemaNode? Not { get; init; }
}
