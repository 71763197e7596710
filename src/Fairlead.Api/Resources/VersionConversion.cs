using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>
/// Turns objects of a kind into another of its versions. It must lose nothing: what a version has no field for is kept
/// where the way back finds it (annotations). Name, namespace and uid stay.
/// </summary>
/// <param name="objects">Complete objects, each of the version that its apiVersion says; consumed.</param>
/// <param name="apiVersion">The apiVersion that all are to have.</param>
/// <returns>As many objects, in the same order.</returns>
public delegate ValueTask<IReadOnlyList<JsonObject>> VersionConversion(
    IReadOnlyList<JsonObject> objects, string apiVersion, CancellationToken cancellation);
