using System.Text.Json.Nodes;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;

namespace Fairlead.Server.Allocation;

/// <summary>Gives out what only one object may hold, such as a Service's address.</summary>
public interface IAllocator
{
    bool Serves(ResourceDefinition kind);

    /// <summary>Copies into a changed object what it holds and does not mention. Called before it is validated.</summary>
    void Carry(JsonObject obj, JsonObject old);

    /// <summary>
    /// Takes what the object needs beyond what it held, and writes it into the object. What can't be had is added to
    /// the errors.
    /// </summary>
    /// <param name="old">The stored object; null at a create.</param>
    Reservation Reserve(JsonObject obj, JsonObject? old, FieldErrors errors);

    /// <summary>Gives back everything that the object holds.</summary>
    void Release(JsonObject obj);
}
