using System.Text;
using Fairlead.Client;
using Fairlead.Client.Discovery;

namespace Fairlead.Server.Tests.Aggregation;

/// <summary>What controllers make of discovery when other servers say little or nonsense.</summary>
public sealed class CatalogTests
{
    [Theory]
    [InlineData(503, "service unavailable", "g.example.com/v1: the server answered 503 without a Status")]
    [InlineData(200, "no json", "g.example.com/v1: ")]
    [InlineData(200, "[]", "g.example.com/v1: ")]
    [InlineData(200, """{"resources":7}""", null)]
    [InlineData(200, """{"resources":[null,7,{},{"name":1,"kind":"A"},{"name":"a"},{"name":"b","kind":"B","namespaced":"yes","verbs":[null,1]}]}""", null)]
    public async Task One_bad_version_spoils_no_other(int code, string answer, string? failure)
    {
        var catalog = await ApiCatalog.ReadAsync(new KubeClient(new Scripted(code, answer)), CancellationToken.None);
        Assert.Contains(catalog.Resources, r => r is { Group: "", Plural: "pods", Kind: "Pod", Namespaced: true });
        Assert.Contains(catalog.Resources, r => r is { Group: "h.example.com", Plural: "last" });
        if (failure is null) Assert.Empty(catalog.Failures);
        else Assert.StartsWith(failure, Assert.Single(catalog.Failures), StringComparison.Ordinal);
    }

    /// <summary>A server with a second one behind it, which gives the answer.</summary>
    sealed class Scripted(int code, string answer) : IApiTransport
    {
        public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellation) => Task.FromResult(request.PathAndQuery switch
        {
            "/api/v1" => Of(200, """{"resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["list"]}]}"""),
            "/apis" => Of(200, """{"groups":[{"name":"g.example.com","versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}},{"name":"h.example.com","versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}}]}"""),
            "/apis/g.example.com/v1" => Of(code, answer),
            _ => Of(200, """{"resources":[{"name":"last","kind":"Last","namespaced":true,"verbs":[]}]}"""),
        });

        public IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ApiRequest request, CancellationToken cancellation) => throw new InvalidOperationException("nothing is watched");

        static ApiResponse Of(int code, string text) => new(code, Encoding.UTF8.GetBytes(text));
    }
}
