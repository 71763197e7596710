using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Fairlead.Cni.Tests;

/// <summary>How a plug-in process ended: its exit code, and what it wrote to standard output.</summary>
public sealed record Outcome(int ExitCode, JsonObject Json)
{
    public int? ErrorCode => (int?)Json["code"];

    /// <summary>The error's message and details.</summary>
    public string Words => $"{Json["msg"]} {Json["details"]}";

    /// <summary>The address that ADD gave, without its prefix length.</summary>
    public string Address => ((string)Json["ips"]![0]!["address"]!).Split('/')[0];

    /// <summary>Name of the link's end on the node.</summary>
    public string NodeEnd => (string)Json["interfaces"]![0]!["name"]!;

    /// <summary>This, which must be a success.</summary>
    public Outcome Good()
    {
        Assert.True(ExitCode == 0, Words);
        return this;
    }
}

/// <summary>A plug-in process, started as a runtime starts it: variables, the configuration on standard input.</summary>
public sealed class Plugin : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    static readonly string Own = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../src/Fairlead.Cni/bin/Debug/net9.0/linux-x64/fairlead-cni.dll"));

    readonly Process process;
    readonly Task<string> output;

    /// <param name="netns">File of the namespace to run in: the node's.</param>
    /// <param name="program">Path of another plug-in; null for Fairlead's own.</param>
    public Plugin(string netns, IReadOnlyDictionary<string, string> environment, string input, string? program = null)
    {
        var start = new ProcessStartInfo("nsenter") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--net=" + netns, .. program is null ? ["dotnet", Own] : new[] { program }]) start.ArgumentList.Add(argument);
        // Built for the runtime before this one, where it is not native.
        start.Environment["DOTNET_ROLL_FORWARD"] = "Major";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading, as it may when a variable is wrong.
        }
    }

    public int Id => process.Id;

    public async Task<Outcome> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        var text = await output.WaitAsync(Limit);
        return new(process.ExitCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>Kills it at once (SIGKILL): its success if it had ended before, else null.</summary>
    public async Task<Outcome?> KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Limit);
        var text = await output.WaitAsync(Limit);
        return process.ExitCode == 0 ? new(0, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject()) : null;
    }

    public void Dispose() => process.Dispose();
}
