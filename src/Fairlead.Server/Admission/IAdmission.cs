using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission;

/// <summary>
/// One rule of the <see cref="AdmissionChain"/>: it completes the object before it is validated, or judges it afterwards.
/// The first refusal ends the write.
/// </summary>
public interface IAdmission
{
    /// <param name="operation">What is being done.</param>
    /// <param name="obj">The new object, which a rule that completes may change; null at a delete.</param>
    /// <param name="old">The object as it is stored; null at a create and a connection.</param>
    /// <exception cref="Fairlead.Api.Errors.ApiException">The write is refused.</exception>
    ValueTask AdmitAsync(AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation);
}

/// <summary>What a write does, in the words of an AdmissionReview (CREATE, UPDATE, DELETE, CONNECT).</summary>
public enum AdmissionOperation { Create, Update, Delete, Connect }
