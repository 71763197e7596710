namespace Fairlead.Server.Tests.Identity;

/// <summary>The header Audit-ID, which every answer has, recorded or not.</summary>
[Collection(nameof(TestServer))]
public sealed class AuditIdTests(TestServer server)
{
    [Theory]
    [InlineData("mine", "mine")]
    [InlineData(null, null)]
    [InlineData("abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefghij")]
    public async Task A_request_has_a_name(string? given, string? expected)
    {
        foreach (var path in (string[])["/version", "/api/v1/namespaces/default", "/nowhere"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (given is not null) request.Headers.Add("Audit-ID", given);
            using var answer = await server.Http.SendAsync(request);
            var id = answer.Headers.GetValues("Audit-Id").Single();
            if (expected is null) Assert.True(Guid.TryParse(id, out _), id);
            else Assert.Equal(expected, id);
        }
    }
}
