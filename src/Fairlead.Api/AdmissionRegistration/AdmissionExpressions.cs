using Fairlead.Cel;

namespace Fairlead.Api.AdmissionRegistration;

/// <summary>
/// The one place that says what expressions of admission may use: match conditions of webhooks and policies, validations,
/// messages, audit annotations and variables (apiserver, pkg/admission/plugin/cel). What is refused here when an object is
/// written would have no value when a request comes.
/// </summary>
public static class AdmissionExpressions
{
    /// <summary>Reads and checks an expression.</summary>
    /// <param name="expression">The text.</param>
    /// <param name="hasParams">Whether params is declared: the policy has a paramKind.</param>
    /// <param name="hasVariables">Whether variables is declared.</param>
    /// <param name="hasAuthorizer">Whether authorizer and authorizer.requestResource are declared: not in messages.</param>
    /// <param name="value">What the expression may be, as far as that can be seen before it has a value.</param>
    public static AdmissionExpression Compile(string expression, bool hasParams, bool hasVariables, bool hasAuthorizer, AdmissionValue value = AdmissionValue.Any)
    {
        List<string> names = ["object", "oldObject", "request", "namespaceObject"];
        if (hasParams) names.Add("params");
        if (hasVariables) names.Add("variables");
        if (hasAuthorizer) names.Add("authorizer");
        try
        {
            var program = CelProgram.Compile(expression, names);
            return Wrong(program.ResultType, value) is { } wrong ? new(null, wrong) : new(program, null);
        }
        catch (CelException e) { return new(null, "compilation failed: " + e.Message); }
    }

    static string? Wrong(string? type, AdmissionValue value) => (value, type) switch
    {
        (_, null) or (AdmissionValue.Any, _) or (AdmissionValue.Bool, "bool") or (AdmissionValue.Text, "string") or (AdmissionValue.TextOrNull, "string" or "null_type") => null,
        (AdmissionValue.Bool, _) => "must evaluate to bool",
        (AdmissionValue.Text, _) => "must evaluate to string",
        _ => "must evaluate to one of [string null_type]",
    };
}
