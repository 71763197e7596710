using System.Text;
using Fairlead.Server.Security;

namespace Fairlead.Server.Security.Tests;

public sealed class EncryptionConfigurationTests
{
    const string Key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    static string File(string resources, string providers) => $$"""
        kind: EncryptionConfiguration
        apiVersion: apiserver.config.k8s.io/v1
        resources:
        - resources: {{resources}}
          providers: {{providers}}
        """;

    [Theory]
    [InlineData("[secrets]", "[{aesgcm: {keys: [{name: k1, secret: KEY}]}}, {identity: {}}]", true)]
    [InlineData("[secrets, deployments.apps, '*.batch']", "[{identity: {}}, {aescbc: {keys: [{name: k1, secret: KEY}]}}]", false)]
    [InlineData("['*.*']", "[{aescbc: {keys: [{name: k2, secret: KEY}, {name: k1, secret: KEY}]}}]", true)]
    public void A_file_is_read(string resources, string providers, bool encrypts) =>
        Assert.Equal(encrypts, EncryptionConfiguration.Parse(Encoding.UTF8.GetBytes(File(resources, providers.Replace("KEY", Key)))).IsAny);

    [Theory]
    [InlineData("[]", "[{identity: {}}]", "resources[0].resources: at least one is required")]
    [InlineData("[secrets]", "[]", "resources[0].providers: at least one is required")]
    [InlineData("['*']", "[{identity: {}}]", "resources[0].resources: use *.* to encrypt all resources, or *. for those of the core group")]
    [InlineData("[secrets]", "[{secretbox: {keys: []}}]", "resources[0].providers[0]: provider secretbox is not served; identity, aesgcm and aescbc are")]
    [InlineData("[secrets]", "[{aesgcm: {keys: []}}]", "resources[0].providers[0].aesgcm.keys: at least one is required")]
    [InlineData("[secrets]", "[{aesgcm: {keys: [{name: k1, secret: c2hvcnQ=}]}}]", "resources[0].providers[0].aesgcm.keys[0].secret: an AES key has 16, 24 or 32 bytes, not 5")]
    [InlineData("[secrets]", "[{aesgcm: {keys: [{name: k1, secret: '!'}]}}]", "resources[0].providers[0].aesgcm.keys[0].secret: it is not base64")]
    [InlineData("[secrets]", "[{aesgcm: {keys: [{name: 'a:b', secret: KEY}]}}]", "resources[0].providers[0].aesgcm.keys[0].name: a name without ':' is required")]
    public void What_can_not_be_done_is_said(string resources, string providers, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => EncryptionConfiguration.Parse(Encoding.UTF8.GetBytes(File(resources, providers.Replace("KEY", Key))))).Message);
}
