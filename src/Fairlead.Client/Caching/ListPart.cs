using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>A part of a list as it came. Its objects are decoded when they are asked for: the next part can be on its way meanwhile.</summary>
/// <param name="Metadata">The revision of the list, and continue if there is more.</param>
/// <param name="ForEach">Decodes one object after the other and hands it over.</param>
public sealed record ListPart<T>(ListMeta Metadata, Action<Action<T>> ForEach) where T : KubeObject;
