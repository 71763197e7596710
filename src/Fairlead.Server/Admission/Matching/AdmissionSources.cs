using Fairlead.Server.Authorization;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Admission.Matching;

/// <summary>What webhooks and policies look at beside the write itself.</summary>
/// <param name="Catalog">The kinds, and in which versions each is served.</param>
/// <param name="Namespaces">For namespace selectors and namespaceObject.</param>
/// <param name="Authorizer">For the authorizer of expressions.</param>
public sealed record AdmissionSources(ResourceCatalog Catalog, KindReader Namespaces, IAuthorizer Authorizer);
