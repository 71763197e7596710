using System.Text;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authentication.Oidc;

namespace Fairlead.Server.Tests.Identity;

/// <summary>The field anonymous of an AuthenticationConfiguration: who is let in without credentials.</summary>
public sealed class AnonymousTests
{
    static AuthenticationConfiguration Read(string anonymous) => AuthenticationConfiguration.Parse(Encoding.UTF8.GetBytes(
        $$"""{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration","anonymous":{{anonymous}}}"""));

    [Theory]
    [InlineData("""{"enabled":true}""", 200, 200, 403)]
    [InlineData("""{"enabled":false}""", 401, 401, 401)]
    [InlineData("""{}""", 401, 401, 401)]
    [InlineData("""{"enabled":true,"conditions":[{"path":"/livez"},{"path":"/readyz"}]}""", 200, 401, 401)]
    public async Task Requests_without_credentials_are_let_in_where_it_says(string anonymous, int livez, int version, int pods)
    {
        var server = new TestServer { Change = o => o with { Anonymous = Read(anonymous).Anonymous! } };
        await server.InitializeAsync();
        try
        {
            using var nobody = server.Client();
            Assert.Equal((livez, version, pods), (await CodeAsync(nobody, "/livez"), await CodeAsync(nobody, "/version"), await CodeAsync(nobody, "/api/v1/pods")));
            using var jane = server.Client(TestCertificates.Client("CN=jane"));
            Assert.Equal((200, 200, 403), (await CodeAsync(jane, "/livez"), await CodeAsync(jane, "/version"), await CodeAsync(jane, "/api/v1/pods")));
        }
        finally { await server.DisposeAsync(); }
    }

    [Theory]
    [InlineData("""{"enabled":false,"conditions":[{"path":"/livez"}]}""", "anonymous.conditions: Invalid value: enabled should be set to true when conditions are defined")]
    [InlineData("""{"enabled":true,"conditions":[{"path":""}]}""", "anonymous.conditions[0].path: Required value")]
    [InlineData("""{"enabled":true,"conditions":[{"paths":[]}]}""", "anonymous.conditions[0].paths: there is no such field; there are path")]
    [InlineData("""{"enabled":"yes"}""", "anonymous.enabled: Invalid value: \"yes\": must be true or false")]
    [InlineData("true", "anonymous: Required value")]
    public void What_makes_no_sense_is_refused_with_its_place(string anonymous, string words) =>
        Assert.Equal(words, Assert.Throws<FormatException>(() => Read(anonymous)).Message);

    [Fact]
    public void A_file_that_does_not_speak_of_it_leaves_it_to_the_flag()
    {
        Assert.Null(AuthenticationConfiguration.Parse("""{"apiVersion":"apiserver.config.k8s.io/v1beta1","kind":"AuthenticationConfiguration"}"""u8).Anonymous);
        Assert.True(AnonymousAccess.Everywhere.Allows("/version"));
    }

    static async Task<int> CodeAsync(HttpClient http, string path)
    {
        using var got = await http.GetAsync(path);
        return (int)got.StatusCode;
    }
}
