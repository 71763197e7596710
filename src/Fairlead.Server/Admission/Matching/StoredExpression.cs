using Fairlead.Api.AdmissionRegistration;
using Fairlead.Cel;

namespace Fairlead.Server.Admission.Matching;

/// <summary>Expressions as they are stored: compiled by the rules by which they were validated.</summary>
static class StoredExpression
{
    /// <summary>A match condition of a webhook.</summary>
    /// <exception cref="CelException">It is no expression any more.</exception>
    public static CelProgram OfWebhook(string text) => Program(AdmissionExpressions.Compile(text, hasParams: false, hasVariables: false, hasAuthorizer: true));

    /// <summary>Any expression of a policy.</summary>
    /// <exception cref="CelException">It is no expression any more.</exception>
    public static CelProgram OfPolicy(string text, bool hasParams) => Program(AdmissionExpressions.Compile(text, hasParams, hasVariables: true, hasAuthorizer: true));

    static CelProgram Program(AdmissionExpression read) => read.Program ?? throw new CelException(read.Error!);
}
