using Fairlead.Cel.Authorization;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Tests;

/// <summary>What expressions ask of an authorizer, and what becomes of its answers.</summary>
public sealed class AuthorizerTests
{
    sealed class Asked : ICelAuthorizer
    {
        public List<CelAccess> Accesses { get; } = [];
        public CelDecision Answer { get; init; } = new(true, "because");

        public CelDecision Check(CelAccess access)
        {
            Accesses.Add(access);
            return Answer;
        }
    }

    static object? Evaluate(string text, Asked asked) => CelProgram.Compile(text, "authorizer").Evaluate(
        new Dictionary<string, object?> { ["authorizer"] = new CelAuthorizer(asked, new(), new() { Group = "apps", Resource = "deployments", Namespace = "n", Name = "d" }) }, new CelCost());

    public static TheoryData<string, CelAccess> Questions => new()
    {
        { "authorizer.group('apps').resource('deployments').subresource('scale').namespace('n').name('d').check('update').allowed()", new() { Group = "apps", Resource = "deployments", Subresource = "scale", Namespace = "n", Name = "d", Verb = "update" } },
        { "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=a').labelSelector('x in (y)').check('list').allowed()", new() { Resource = "pods", FieldSelector = "spec.nodeName=a", LabelSelector = "x in (y)", Verb = "list" } },
        { "authorizer.path('/healthz').check('GET').reason() == 'because'", new() { Path = "/healthz", Verb = "get" } },
        { "authorizer.serviceAccount('kube-system', 'bot').group('').resource('secrets').check('get').allowed()", new() { ServiceAccount = ("kube-system", "bot"), Resource = "secrets", Verb = "get" } },
        { "authorizer.requestResource.check('delete').allowed()", new() { Group = "apps", Resource = "deployments", Namespace = "n", Name = "d", Verb = "delete" } },
        { "authorizer.requestResource.subresource('status').check('patch').errored() == false", new() { Group = "apps", Resource = "deployments", Subresource = "status", Namespace = "n", Name = "d", Verb = "patch" } },
    };

    [Theory, MemberData(nameof(Questions))]
    public void AQuestionIsPutWhole(string text, CelAccess expected)
    {
        var asked = new Asked();
        Assert.Equal(true, Evaluate(text, asked));
        Assert.Equal(expected, Assert.Single(asked.Accesses));
    }

    [Fact]
    public void AnErrorIsPartOfTheDecision() =>
        Assert.Equal(true, Evaluate("cel.bind(d, authorizer.path('/').check('get'), !d.allowed() && d.errored() && d.error() == 'gone')", new() { Answer = new(false, "", "gone") }));

    [Theory]
    [InlineData("authorizer.path('  ')", "path must not be empty")]
    [InlineData("authorizer.group('').resource('')", "resource must not be empty")]
    [InlineData("authorizer.serviceAccount('a.b', 'c')", "Invalid service account namespace")]
    [InlineData("authorizer.serviceAccount('a', 'C')", "Invalid service account name")]
    [InlineData("authorizer.group('').check('get')", "no such overload: check")]
    [InlineData("authorizer.path('/').namespace('n')", "no such overload: namespace")]
    [InlineData("authorizer.serviceAccount('a', 'b').requestResource", "no such overload")]
    public void WhatCantBeAskedIsAnError(string text, string message) =>
        Assert.Contains(message, Assert.Throws<CelException>(() => Evaluate(text, new())).Message, StringComparison.Ordinal);

    [Fact]
    public void QuestionsAreDear()
    {
        var asked = new Asked();
        Assert.True(Assert.Throws<CelException>(() => Evaluate("[1, 2, 3, 4].all(i, authorizer.path('/').check('get').allowed())", asked)).IsCost);
        Assert.Equal(2, asked.Accesses.Count);
    }
}
