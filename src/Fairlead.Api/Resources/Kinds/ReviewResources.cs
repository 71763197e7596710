using Fairlead.Api.Authentication.V1;
using Fairlead.Api.Authorization.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>The reviews of authentication.k8s.io and authorization.k8s.io: posted and answered, never stored.</summary>
public static class ReviewResources
{
    public static ResourceDefinition SelfSubject { get; } = Of<SelfSubjectReview>("selfsubjectreview");
    public static ResourceDefinition Token { get; } = Of<TokenReview>("tokenreview");
    public static ResourceDefinition LocalSubjectAccess { get; } = Of<LocalSubjectAccessReview>("localsubjectaccessreview");
    public static ResourceDefinition SelfSubjectAccess { get; } = Of<SelfSubjectAccessReview>("selfsubjectaccessreview");
    public static ResourceDefinition SelfSubjectRules { get; } = Of<SelfSubjectRulesReview>("selfsubjectrulesreview");
    public static ResourceDefinition SubjectAccess { get; } = Of<SubjectAccessReview>("subjectaccessreview");

    static ResourceDefinition Of<T>(string singular) => BuiltInKind.Of<T>(singular, Cells.Age) with { Verbs = ["create"], IsStored = false };
}
