namespace Fairlead.Conformance.Auth;

public sealed class ServiceAccounts(RunningCluster cluster)
{
    [Fact(DisplayName = "[sig-auth] ServiceAccounts should run through the lifecycle of a ServiceAccount [Conformance]")]
    public async Task Lifecycle()
    {
        var accounts = cluster.Resource("v1", "serviceaccounts", await cluster.NamespaceAsync("accounts"));
        await using var watch = await accounts.WatchAsync("static=yes");
        await accounts.CreateAsync("""{"metadata":{"name":"robot","labels":{"static":"yes"}}}""");
        await watch.NextAsync("ADDED");
        await accounts.PatchAsync("robot", """{"automountServiceAccountToken":false}""", Resource.Strategic);
        Assert.Equal("false", (await watch.NextAsync("MODIFIED")).Text("automountServiceAccountToken"));
        Assert.Equal("false", Assert.Single(await accounts.ItemsAsync("static=yes")).Text("automountServiceAccountToken"));
        await accounts.DeleteCollectionAsync("static=yes");
        await watch.NextAsync("DELETED");
    }

    [Fact(DisplayName = "[sig-auth] ServiceAccounts should update a ServiceAccount [Conformance]")]
    public async Task Update()
    {
        var accounts = cluster.Resource("v1", "serviceaccounts", await cluster.NamespaceAsync("accounts"));
        await accounts.CreateAsync("""{"metadata":{"name":"robot"},"automountServiceAccountToken":false}""");
        Assert.Equal("true", (await accounts.ChangeAsync("robot", a => a["automountServiceAccountToken"] = true)).Text("automountServiceAccountToken"));
    }

    [Fact(DisplayName = "[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace [Conformance]")]
    public async Task RootCertificate()
    {
        var maps = cluster.Resource("v1", "configmaps", await cluster.NamespaceAsync("rootca"));
        var first = await maps.UntilAsync("kube-root-ca.crt", m => m.Text("data")?.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal) == true);
        await maps.DeleteAsync("kube-root-ca.crt");
        await maps.UntilAsync("kube-root-ca.crt", m => m.Text("metadata.uid") != first.Text("metadata.uid"));
        await maps.PatchAsync("kube-root-ca.crt", """{"data":{"ca.crt":""}}""");
        await maps.UntilAsync("kube-root-ca.crt", m => m.At("data")!["ca.crt"]!.ToString() == first.At("data")!["ca.crt"]!.ToString());
    }

    /// <summary>Which of the nine combinations of the account's wish and the Pod's get a token.</summary>
    [Fact(DisplayName = "[sig-auth] ServiceAccounts should allow opting out of API token automount [Conformance]")]
    public async Task OptOut()
    {
        var ns = await cluster.NamespaceAsync("automount");
        var (accounts, pods) = (cluster.Resource("v1", "serviceaccounts", ns), cluster.Resource("v1", "pods", ns));
        foreach (var account in (bool?[])[null, true, false])
        {
            var name = $"account-{(account is null ? "default" : account.Value ? "mount" : "nomount")}";
            await accounts.CreateAsync($$"""{"metadata":{"name":"{{name}}"}{{Wish(account)}} }""");
            foreach (var pod in (bool?[])[null, true, false])
            {
                var made = await pods.CreateAsync($$"""
                    {"metadata":{"generateName":"pod-"},"spec":{"serviceAccountName":"{{name}}","containers":[{"name":"c","image":"i"}]{{Wish(pod)}} } }
                    """);
                var mounts = made.At("spec.containers.0.volumeMounts")?.AsArray().Select(m => m.Text("mountPath")) ?? [];
                Assert.Equal(pod ?? account ?? true, mounts.Contains("/var/run/secrets/kubernetes.io/serviceaccount"));
            }
        }

        static string Wish(bool? mount) => mount is null ? "" : $",\"automountServiceAccountToken\":{(mount.Value ? "true" : "false")}";
    }

    /// <summary>A token of the server's is good by the keys and the issuer that the discovery documents name.</summary>
    [Fact(DisplayName = "[sig-auth] ServiceAccounts ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer [Conformance]")]
    public async Task Discovery()
    {
        var document = await cluster.Server.GetAsync("/.well-known/openid-configuration");
        Document.Skip.Unless(document.Code != 404, "the OIDC discovery documents are not served");
        var keys = await cluster.Server.GetAsync("/openid/v1/jwks");
        Assert.Equal((200, 200), (document.Code, keys.Code));
        var accounts = cluster.Resource("v1", "serviceaccounts", await cluster.NamespaceAsync("oidc"));
        var token = await cluster.Server.PostAsync(accounts.Path("default", "token"), """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");
        var parts = token.At("status.token")!.Split('.');
        var (header, claims) = (Decoded(parts[0]), Decoded(parts[1]));
        var configuration = JsonNode.Parse(document.Text);
        Assert.Equal(configuration.Text("issuer"), claims.Text("iss"));
        Assert.EndsWith("/openid/v1/jwks", configuration.Text("jwks_uri"));
        Assert.Contains(configuration!["id_token_signing_alg_values_supported"]!.AsArray(), a => (string?)a == header.Text("alg"));
        var key = JsonNode.Parse(keys.Text)!["keys"]!.AsArray().Single(k => k.Text("kid") == header.Text("kid"));
        using var ec = System.Security.Cryptography.ECDsa.Create(new System.Security.Cryptography.ECParameters
        {
            Curve = System.Security.Cryptography.ECCurve.NamedCurves.nistP256,
            Q = new() { X = Bytes(key.Text("x")!), Y = Bytes(key.Text("y")!) },
        });
        Assert.True(ec.VerifyData(System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), System.Security.Cryptography.HashAlgorithmName.SHA256));

        static byte[] Bytes(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
        static JsonNode Decoded(string text) => JsonNode.Parse(Bytes(text))!;
    }
}
