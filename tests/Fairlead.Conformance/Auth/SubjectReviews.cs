namespace Fairlead.Conformance.Auth;

public sealed class SubjectReviews(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-auth] SubjectReview should support SubjectReview API operations [Conformance]")]
    public async Task Reviews()
    {
        await cluster.RequireAsync("authorization.k8s.io/v1", "subjectaccessreviews");
        var ns = await cluster.NamespaceAsync("reviews");
        var account = $"system:serviceaccount:{ns}:default";
        foreach (var (verb, resource) in ((string, string)[])[("list", "configmaps"), ("get", "secrets")])
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/{ns}/{resource}{(verb == "get" ? "/x" : "")}");
            asked.Headers.Add("Impersonate-User", account);
            using var answer = await cluster.Server.Http.SendAsync(asked);
            var may = (int)answer.StatusCode != 403;
            var spec = $$$"""{"spec":{"user":"{{{account}}}","resourceAttributes":{"namespace":"{{{ns}}}","verb":"{{{verb}}}","resource":"{{{resource}}}","version":"v1"} } }""";
            Assert.Equal(may, Allowed(await cluster.Server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", spec)));
            Assert.Equal(may, Allowed(await cluster.Server.PostAsync($"/apis/authorization.k8s.io/v1/namespaces/{ns}/localsubjectaccessreviews", spec)));
        }
        static bool Allowed(Answer answer) => answer.Code == 201 ? answer.Json["status"]!["allowed"]!.GetValue<bool>() : throw new InvalidOperationException(answer.Text);
    }
}
