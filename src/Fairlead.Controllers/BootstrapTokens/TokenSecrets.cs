using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Core.V1;
using Fairlead.Client.Caching;

namespace Fairlead.Controllers.BootstrapTokens;

/// <summary>The Secrets that hold bootstrap tokens.</summary>
static class TokenSecrets
{
    public static Informer<Secret> Of(InformerSet informers) => informers.Of<Secret>(BootstrapToken.Namespace, $"type={BootstrapToken.SecretType}");
}
