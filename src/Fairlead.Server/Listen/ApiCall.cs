using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Fairlead.Server.FlowControl;
using Fairlead.Server.Routing;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Server.Listen;

/// <summary>
/// One request as the pipeline sees it, whether it came over a socket or from a component in this process.
/// Belongs to one task; not kept after its answer.
/// </summary>
public sealed class ApiCall
{
    /// <summary>HTTP method in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>Unescaped path, beginning with '/'.</summary>
    public required string Path { get; init; }

    public QueryParameters Query { get; init; } = QueryParameters.Empty;

    public string? Accept { get; init; }
    public string? ContentType { get; init; }

    /// <summary>Value of If-None-Match, for documents that carry an ETag.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>The user behind the request, when the transport has already established it; else null.</summary>
    public UserInfo? User { get; set; }

    /// <summary>Value of User-Agent: the owner of the fields that a write without fieldManager sets.</summary>
    public string? UserAgent { get; init; }

    /// <summary>As whom the user wants to be judged; null for as himself.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>Value of Authorization.</summary>
    public string? Authorization { get; init; }

    /// <summary>Reads the whole body once; more than the limit is refused with RequestEntityTooLarge.</summary>
    public required Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> ReadBody { get; set; }

    /// <summary>The socket's own context, for requests that are relayed as byte streams; null in process.</summary>
    public HttpContext? Http { get; init; }

    /// <summary>The record that is kept of the request; null: none is.</summary>
    public RequestAudit? Audit { get; set; }

    /// <summary>The schema that the request was classified by; null: it is not limited.</summary>
    public FlowRule? Flow { get; set; }

    /// <summary>Texts for Warning headers, in order.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Adds a text for a Warning header, unless it is there: what is tried again after a lost race warns once.</summary>
    public void Warn(string text)
    {
        if (!Warnings.Contains(text)) Warnings.Add(text);
    }
}
