using Fairlead.Cel;
using Fairlead.Cel.Types;
using Fairlead.Cel.Values;
using Fairlead.Json;

namespace Fairlead.Server.Authorization;

/// <summary>
/// Which requests an authorization webhook is asked about: expressions over `request`, the spec of a SubjectAccessReview
/// of v1. Immutable, for any thread. Source: KEP-3221.
/// </summary>
public sealed class MatchConditions
{
    /// <summary>All requests.</summary>
    public static readonly MatchConditions None = new([]);

    static readonly CelShape Texts = CelShape.List(CelShape.Text);

    static readonly CelShape Requirements = Shape("kubernetes.SelectorRequirement", ("key", CelShape.Text), ("operator", CelShape.Text), ("values", Texts));

    static readonly CelShape Request = Shape("kubernetes.SubjectAccessReviewSpec",
        ("resourceAttributes", Shape("kubernetes.ResourceAttributes",
            ("namespace", CelShape.Text), ("verb", CelShape.Text), ("group", CelShape.Text), ("version", CelShape.Text), ("resource", CelShape.Text), ("subresource", CelShape.Text), ("name", CelShape.Text),
            ("fieldSelector", Shape("kubernetes.FieldSelectorAttributes", ("rawSelector", CelShape.Text), ("requirements", CelShape.List(Requirements)))),
            ("labelSelector", Shape("kubernetes.LabelSelectorAttributes", ("rawSelector", CelShape.Text), ("requirements", CelShape.List(Requirements)))))),
        ("nonResourceAttributes", Shape("kubernetes.NonResourceAttributes", ("path", CelShape.Text), ("verb", CelShape.Text))),
        ("user", CelShape.Text), ("groups", Texts), ("extra", CelShape.Map(Texts)), ("uid", CelShape.Text));

    readonly IReadOnlyList<(string Text, CelProgram Program)> conditions;

    MatchConditions(IReadOnlyList<(string Text, CelProgram Program)> conditions) => this.conditions = conditions;

    /// <summary>True if there are none: every request is meant.</summary>
    public bool IsEmpty => conditions.Count == 0;

    /// <param name="expressions">Each with the path at which it stands.</param>
    /// <exception cref="FormatException">One is none, or no bool; the message names its path.</exception>
    public static MatchConditions Compile(IEnumerable<(string Text, string At)> expressions) => new([.. expressions.Select(e => (e.Text, Compile(e.Text, e.At)))]);

    /// <summary>Whether all are true of the request. One that is false decides, whatever became of the others.</summary>
    /// <param name="spec">See <see cref="ReviewSpec.Whole"/>.</param>
    /// <exception cref="CelException">None is false and one has no value.</exception>
    public bool Match(JsonObject spec)
    {
        var (values, cost) = (new Dictionary<string, object?> { ["request"] = JsonValues.Of(spec) }, new CelCost());
        CelException? failed = null;
        foreach (var (text, program) in conditions)
        {
            cost.Next();
            try
            {
                if (program.Evaluate(values, cost) is not bool matches) throw new CelException("it must evaluate to bool");
                if (!matches) return false;
            }
            catch (CelException e) { failed ??= new CelException($"cel evaluation error: expression '{text}' resulted in error: {e.Message}"); }
        }
        return failed is null ? true : throw failed;
    }

    static CelProgram Compile(string text, string at)
    {
        try
        {
            var program = CelProgram.Compile(text, "request");
            var (result, issues) = program.CheckTypes(new Dictionary<string, CelShape> { ["request"] = Request });
            if (issues.Length > 0) throw new FormatException($"{at}: Invalid value: \"{text}\": compilation failed: {issues}");
            return result.IsDyn || result == CelShape.Bool ? program : throw new FormatException($"{at}: Invalid value: \"{text}\": must evaluate to bool");
        }
        catch (CelException e) { throw new FormatException($"{at}: Invalid value: \"{text}\": compilation failed: {e.Message}", e); }
    }

    static CelShape Shape(string name, params (string Name, CelShape Shape)[] fields) =>
        CelShape.Object(name, fields.ToDictionary(f => f.Name, f => f.Shape, StringComparer.Ordinal));
}
