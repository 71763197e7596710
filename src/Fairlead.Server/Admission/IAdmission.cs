using System.Text.Json.Nodes;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>
/// One rule that a write must pass, or that completes the object before it is checked. Rules run in the order of their
/// list; the first refusal ends the write.
/// </summary>
public interface IAdmission
{
    /// <param name="operation">What is being done.</param>
    /// <param name="obj">The new object, which may be changed; null at a delete.</param>
    /// <param name="old">The object as it is stored; null at a create.</param>
    /// <exception cref="Fairlead.Api.Errors.ApiException">The write is refused.</exception>
    ValueTask AdmitAsync(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation);
}

public enum AdmissionOperation { Create, Update, Delete }
