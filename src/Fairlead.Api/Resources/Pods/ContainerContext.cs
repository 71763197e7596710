using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>What the rules of one container need to know of its Pod.</summary>
/// <param name="Spec">The PodSpec.</param>
/// <param name="Volumes">The Pod's volumes by name.</param>
/// <param name="Errors">Receives what is wrong.</param>
/// <param name="IsPod">True for a Pod itself, false for a template.</param>
sealed record ContainerContext(JsonObject Spec, PodVolumes Volumes, FieldErrors Errors, bool IsPod);
