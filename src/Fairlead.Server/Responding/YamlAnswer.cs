using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Listen;

namespace Fairlead.Server.Responding;

/// <summary>Answers for clients that prefer YAML: objects, lists and Statuses, made from their JSON. Watches stay JSON.</summary>
public static class YamlAnswer
{
    public const string ContentType = "application/yaml";

    /// <summary>True if the first type of the Accept header that is served is YAML.</summary>
    public static bool IsAsked(string? accept)
    {
        if (accept is null || !accept.Contains(ContentType, StringComparison.Ordinal)) return false;
        foreach (var part in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            var end = part.IndexOf(';', StringComparison.Ordinal);
            if ((end < 0 ? part : part[..end]).TrimEnd() is var type && type is ContentType or ApiAnswer.Json or "*/*" or "application/*") return type == ContentType;
        }
        return false;
    }

    /// <summary>The answer as YAML if it is a whole JSON document, else as it is.</summary>
    public static async ValueTask<ApiAnswer> OfAsync(ApiAnswer answer, CancellationToken cancellation)
    {
        if (answer.ContentType != ApiAnswer.Json || answer.LongRunning || answer.Relay is not null || answer.Code is 204 or 304) return answer;
        try { answer = await answer.WholeAsync(cancellation).ConfigureAwait(false); }
        catch (Exception fault) when (fault is not OperationCanceledException) { answer = Statuses.Of(fault); } // nothing has gone out yet
        return new() { Code = answer.Code, ContentType = ContentType, RetryAfter = answer.RetryAfter, Body = YamlOutput.Write(JsonTree.Parse(answer.Body.Span)) };
    }
}
