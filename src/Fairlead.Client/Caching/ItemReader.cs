using System.Text.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Client.Caching;

/// <summary>Decodes an object of a list or a watch, or what its readers need of it: name, namespace and resourceVersion at least.</summary>
/// <param name="reader">Stands on the object's first token, and afterwards on its last.</param>
/// <exception cref="JsonException">It is no such object.</exception>
public delegate T ItemReader<out T>(ref Utf8JsonReader reader) where T : KubeObject;
