using System.Reflection;
using System.Runtime.InteropServices;
using Fairlead.Json;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Health;

/// <summary>/version: the Kubernetes version whose API this server serves.</summary>
public sealed class VersionDocument : IDocument
{
    /// <summary>The version that clients compare theirs with.</summary>
    public const string GitVersion = "v1.33.0+fairlead";

    // The build writes it behind the version's "+"; a build outside a repository has none.
    static readonly string Commit = typeof(VersionDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit]
        ? commit : "unknown";

    static readonly ReadOnlyMemory<byte> Body = StoredObject.Bytes(new JsonObject
    {
        ["major"] = "1",
        ["minor"] = "33",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = Commit,
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = $".NET {Environment.Version}",
        ["platform"] = $"linux/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}",
    });

    public bool Answers(string path) => path is "/version" or "/version/";

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation) => new(ApiAnswer.Of(Body));
}
