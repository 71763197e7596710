using System.Diagnostics;

namespace Fairlead.EndToEnd;

/// <summary>One kubectl of the machine, with a cluster's kubeconfig.</summary>
sealed class Kubectl(string program, string kubeconfig)
{
    public string Program => program;
    public string Config => kubeconfig;

    Dictionary<string, string> Environment => new() { ["KUBECONFIG"] = kubeconfig };

    /// <summary>Every kubectl that the machine has: kubectl.1.NN beside the one on the path, or that one alone.</summary>
    public static IReadOnlyList<string> Programs { get; } = Find();

    public static Kubectl Newest(string kubeconfig) =>
        new(Programs.Count > 0 ? Programs[^1] : throw new InvalidOperationException("no kubectl on this machine"), kubeconfig);

    public Kubectl With(string other) => new(other, kubeconfig);

    /// <summary>The output of a command that must succeed.</summary>
    public async Task<string> OkAsync(params string[] arguments) => (await RunAsync(null, arguments)).Ok();

    public Task<Finished> RunAsync(string? input, params string[] arguments) => Run.ProgramAsync(program, arguments, Environment, input);

    /// <summary>Starts a command that goes on, such as port-forward. The caller ends it.</summary>
    public Process Start(params string[] arguments) => Run.Start(program, arguments, Environment);

    static List<string> Find()
    {
        var path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, "kubectl")).FirstOrDefault(File.Exists);
        if (path is null) return [];
        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var versions = Directory.GetFiles(Path.GetDirectoryName(real)!, "kubectl.1.*")
            .Select(f => (File: f, Minor: int.TryParse(f[(f.LastIndexOf('.') + 1)..], out var minor) ? minor : 0))
            .Where(v => v.Minor is >= 27 and <= 33).OrderBy(v => v.Minor).Select(v => v.File).ToList();
        return versions.Count > 0 ? versions : [path];
    }
}
