using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Schema;

/// <summary>allOf, anyOf, oneOf and not.</summary>
static class Combinations
{
    public static void Check(JsonNode? node, ValueChecks checks, FieldErrors errors, FieldPath path)
    {
        if (checks.AnyOf.Count > 0)
        {
            var results = Try(node, checks.AnyOf, path);
            if (results.All(r => r.Any)) Fail("must validate at least one schema (anyOf)", errors, path, Best(results));
        }
        if (checks.OneOf.Count > 0)
        {
            var results = Try(node, checks.OneOf, path);
            var valid = results.Count(r => !r.Any);
            if (valid == 0) Fail("must validate one and only one schema (oneOf). Found none valid", errors, path, Best(results));
            else if (valid > 1) Fail($"must validate one and only one schema (oneOf). Found {valid} valid alternatives", errors, path, null);
        }
        if (checks.AllOf.Count > 0)
        {
            var results = Try(node, checks.AllOf, path);
            foreach (var error in results.SelectMany(r => r.All)) errors.Add(error.Type, error.Path, error.Message);
            if (results.All(r => r.Any)) Fail("must validate all the schemas (allOf). None validated", errors, path, null);
            else if (results.Any(r => r.Any)) Fail("must validate all the schemas (allOf)", errors, path, null);
        }
        if (checks.Not is { } not && !Try(node, [not], path)[0].Any) Fail("must not validate the schema (not)", errors, path, null);
    }

    static List<FieldErrors> Try(JsonNode? node, IReadOnlyList<SchemaNode> schemas, FieldPath path)
    {
        var results = new List<FieldErrors>(schemas.Count);
        foreach (var schema in schemas)
        {
            var errors = new FieldErrors();
            ValueValidation.Validate(node, schema, errors, path);
            results.Add(errors);
        }
        return results;
    }

    /// <summary>The alternative that was missed by least: what it lacks is the most useful thing to tell.</summary>
    static FieldErrors? Best(List<FieldErrors> results) => results.MinBy(r => r.All.Count);

    // Upstream reports combinations at no field: the path it prints is Go's empty pointer.
    static void Fail(string words, FieldErrors errors, FieldPath path, FieldErrors? because)
    {
        errors.Add(FieldErrorType.FieldValueInvalid, "<nil>", $"Invalid value: \"\": \"{path}\" {words}");
        foreach (var error in because?.All ?? []) errors.Add(error.Type, error.Path, error.Message);
    }
}
