using Fairlead.Cel;

namespace Fairlead.Server.Admission.Matching;

/// <summary>How expressions of admission are compiled: which variables they may use.</summary>
public static class AdmissionExpressions
{
    public static CelProgram ForWebhooks(string text) => CelProgram.Compile(text, "object", "oldObject", "request", "authorizer");

    public static CelProgram ForPolicies(string text) => CelProgram.Compile(text, "object", "oldObject", "request", "authorizer", "params", "namespaceObject", "variables");
}
