using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fairlead.Dataplanes.Probe;

/// <summary>Carries out the commands that Program.cs lists; each gives its answer as one line.</summary>
sealed class Commands
{
    /// <summary>How many connections of one count are under way at a time.</summary>
    const int AtOnce = 16;

    readonly ConcurrentDictionary<string, Call> kept = [];

    public async Task<string> RunAsync(ReadOnlyMemory<string> words)
    {
        try
        {
            return words.Span[0] switch
            {
                "ask" => await AskAsync(words[1..]),
                "count" => await CountAsync(int.Parse(words.Span[1], CultureInfo.InvariantCulture), words[2..]),
                "open" => await OpenAsync(words.Span[1], words[2..]),
                "again" => await kept[words.Span[1]].AskAsync(Milliseconds(words.Span[2])),
                "close" => Close(words.Span[1]),
                var verb => $"error unknown command {verb}",
            };
        }
        catch (Exception e)
        {
            // A fault of the lab, to be read in the test that asked.
            return $"error {e.GetType().Name} {(e as SocketException)?.SocketErrorCode} {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    static async Task<string> AskAsync(ReadOnlyMemory<string> words)
    {
        using var call = Call.To(Target.Read(words.Span));
        return await call.AskAsync(Milliseconds(words.Span[3]));
    }

    static async Task<string> CountAsync(int times, ReadOnlyMemory<string> words)
    {
        var counts = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
        {
            var answer = (await AskAsync(words)).Split(' ');
            counts.AddOrUpdate(answer is ["answered", var backend, ..] ? backend : answer[0], 1, (_, n) => n + 1);
        });
        return "counted " + string.Join(' ', counts.Select(c => $"{c.Key}={c.Value}"));
    }

    async Task<string> OpenAsync(string name, ReadOnlyMemory<string> words)
    {
        var call = Call.To(Target.Read(words.Span));
        kept[name] = call;
        return await call.AskAsync(Milliseconds(words.Span[3]));
    }

    string Close(string name)
    {
        if (kept.TryRemove(name, out var call)) call.Dispose();
        return "closed";
    }

    static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(int.Parse(text, CultureInfo.InvariantCulture));
}

/// <summary>Whom a command is to reach.</summary>
/// <param name="Mark">SO_MARK, by which the host outside chooses the node it goes through; 0 for none.</param>
sealed record Target(string Protocol, IPEndPoint EndPoint, int Mark)
{
    public static Target Read(ReadOnlySpan<string> words) => new(
        words[0], new(IPAddress.Parse(words[1]), int.Parse(words[2], CultureInfo.InvariantCulture)),
        words.Length > 4 ? int.Parse(words[4].Replace("mark=", ""), CultureInfo.InvariantCulture) : 0);
}
