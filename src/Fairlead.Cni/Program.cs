using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Cni;
using Fairlead.Linux;

// One operation a process: the command in the environment, the configuration on standard input, the result or the error
// on standard output, and a non-zero exit code with an error (CNI spec 1.1 §"Execution protocol").
var version = "1.1.0";
try
{
    var arguments = CniArguments.FromEnvironment(Environment.GetEnvironmentVariable);
    using var input = new MemoryStream();
    using (var stdin = Console.OpenStandardInput()) stdin.CopyTo(input);
    var configuration = CniConfiguration.Read(input.GetBuffer().AsSpan(0, (int)input.Length));
    if (CniPlugin.Versions.Contains(configuration.CniVersion)) version = configuration.CniVersion;
    if (arguments.Command == "VERSION")
    {
        Print(new CniVersions(version, CniPlugin.Versions), CniJson.Default.CniVersions);
        return 0;
    }
    if (configuration.CniVersion != version)
        throw new CniException(CniException.IncompatibleVersion, $"cniVersion \"{configuration.CniVersion}\" is not supported; use one of {string.Join(", ", CniPlugin.Versions)}");
    var plugin = new CniPlugin(arguments, configuration);
    switch (arguments.Command)
    {
        case "ADD": Print(plugin.Add(), CniJson.Default.CniResult); break;
        case "DEL": plugin.Delete(); break;
        case "CHECK": plugin.Check(); break;
        case "GC": plugin.CollectGarbage(); break;
        case "STATUS": plugin.Status(); break;
    }
    return 0;
}
catch (CniException e)
{
    return Fail(e.Code, e.Message, e.Details);
}
catch (LinuxException e)
{
    return Fail(CniException.Failed, e.Message, "");
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Fail(CniException.InputOutput, $"a file can't be used: {e.Message}", "");
}
#pragma warning disable CA1031 // The process's own main: whatever happened, the runtime must read an error it understands.
catch (Exception e)
#pragma warning restore CA1031
{
    return Fail(CniException.Failed, $"an error that should not happen: {e.GetType().Name}: {e.Message}", e.StackTrace ?? "");
}

int Fail(int code, string message, string details)
{
    Print(new CniError(version, code, message, details), CniJson.Default.CniError);
    return 1;
}

static void Print<T>(T value, JsonTypeInfo<T> type)
{
    using var stdout = Console.OpenStandardOutput();
    stdout.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
}
