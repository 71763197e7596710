using System.Text;
using Microsoft.AspNetCore.Http;

namespace Fairlead.Dataplanes.Health;

/// <summary>How the proxy's ports answer. Any method is taken for GET, as kube-proxy takes it; HEAD has no body.</summary>
static class Answers
{
    public const string Json = "application/json", Text = "text/plain; charset=utf-8";

    public static Task SendAsync(HttpContext context, int code, string contentType, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public static Task NotFoundAsync(HttpContext context) => SendAsync(context, StatusCodes.Status404NotFound, Text, "404 page not found\n");
}
