namespace Fairlead.Conformance.ApiMachinery;

public sealed class TableTransformation(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-api-machinery] Servers with support for Table transformation should return a 406 for a backend which does not implement metadata [Conformance]")]
    public async Task NoMetadata()
    {
        await cluster.RequireAsync("authorization.k8s.io/v1", "selfsubjectaccessreviews");
        var answer = await cluster.Server.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}}""",
            accept: "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal((406, "NotAcceptable"), (answer.Code, answer.Reason));
    }
}
