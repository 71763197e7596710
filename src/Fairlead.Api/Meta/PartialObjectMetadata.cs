namespace Fairlead.Api.Meta.V1;

/// <summary>Any object seen only by its type and metadata.</summary>
public sealed record PartialObjectMetadata : KubeObject;
