using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Node.Tests;

/// <summary>A projected token is replaced in the running container when four fifths of its life are over.</summary>
public sealed class TokenRenewalTests : IAsyncLifetime
{
    readonly JumpingTime time = new();
    readonly TestNode node;

    public TokenRenewalTests()
    {
        TestNode.SkipIfMissing();
        node = new() { Own = ("renew", 79), Time = time };
    }

    public ValueTask InitializeAsync() => node.InitializeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task ATokenIsReplacedAfterFourFifthsOfItsLife()
    {
        var shared = node.MakeDirectory("tokens");
        const string script = """
            cat /t/token > /shared/first; echo > /shared/began
            while busybox cmp -s /t/token /shared/first; do sleep 0.05; done
            cat /t/token > /shared/second; echo > /shared/changed; exec sleep 100000
            """;
        var pod = await node.RunAsync("renewed", script, shared,
            c => c with { VolumeMounts = [.. c.VolumeMounts!, new() { Name = "t", MountPath = "/t" }] },
            s => s with { Volumes = [.. s.Volumes!, new() { Name = "t", Projected = new() { Sources = [new() { ServiceAccountToken = new() { Path = "token", ExpirationSeconds = 3600, Audience = "vault" } }] } }] });
        await node.UntilFileAsync(shared + "/began", "\n");
        var first = Claims(await File.ReadAllTextAsync(shared + "/first"));
        Assert.Equal(3600, (long)first["exp"]! - (long)first["iat"]!);

        time.Jump(TimeSpan.FromMinutes(47)); // 78 %
        await node.UntilReadyAsync("renewed");
        await Task.Delay(1000); // the Pod's worker has looked: all its waits are over
        Assert.False(File.Exists(shared + "/changed"));

        time.Jump(TimeSpan.FromMinutes(2)); // 82 %
        await node.UntilFileAsync(shared + "/changed", "\n");
        var second = Claims(await File.ReadAllTextAsync(shared + "/second"));
        Assert.NotEqual((string?)first["jti"], (string?)second["jti"]);
        Assert.Equal(pod.Metadata.Uid, (string?)second["kubernetes.io"]!["pod"]!["uid"]);
        Assert.Equal(["vault"], second["aud"]!.AsArray().Select(a => (string?)a));
        var after = await node.Client.GetAsync<Pod>("default", "renewed", default);
        Assert.Equal(0, after.Status!.ContainerStatuses![0].RestartCount);
        await node.RemoveAsync("renewed");
    }

    static JsonObject Claims(string token)
    {
        var part = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return JsonNode.Parse(Convert.FromBase64String(part.PadRight((part.Length + 3) / 4 * 4, '=')))!.AsObject();
    }
}
