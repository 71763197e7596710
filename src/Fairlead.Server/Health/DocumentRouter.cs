using Fairlead.Server.Listen;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Health;

/// <summary>Answers paths that are no resource: health, version, metrics, discovery, OpenAPI.</summary>
public interface IDocument
{
    /// <summary>True if this document answers the path.</summary>
    bool Answers(string path);

    ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation);
}

/// <summary>Finds the document of a path.</summary>
public sealed class DocumentRouter(IReadOnlyList<IDocument> documents)
{
    /// <exception cref="Api.Errors.ApiException">NotFound, MethodNotAllowed.</exception>
    public ValueTask<ApiAnswer> HandleAsync(ApiCall call, CancellationToken cancellation)
    {
        foreach (var document in documents)
        {
            if (!document.Answers(call.Path)) continue;
            return call.Method is "GET" or "HEAD" ? document.AnswerAsync(call, cancellation) : throw Refuse.MethodNotAllowed();
        }
        throw Refuse.NoSuchResource();
    }
}
