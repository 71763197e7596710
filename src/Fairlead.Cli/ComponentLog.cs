using Microsoft.Extensions.Logging;

namespace Fairlead.Cli;

/// <summary>Logs of components: a line each on standard output, with the time in UTC and the component's name.</summary>
public static class ComponentLog
{
    public static ILoggerFactory Create() => LoggerFactory.Create(builder => builder
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        })
        .AddFilter("Microsoft", LogLevel.Warning));

    /// <summary>The same for components that log plain lines.</summary>
    public static Action<string> Lines(ILoggerFactory logs, string component)
    {
        var log = logs.CreateLogger(component);
        return line => log.LogInformation("{Line}", line);
    }
}
