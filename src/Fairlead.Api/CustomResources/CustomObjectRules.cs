using System.Text.Json.Nodes;
using Fairlead.Api.Resources;

namespace Fairlead.Api.CustomResources;

/// <summary>What is fixed for the objects of every custom kind.</summary>
sealed class CustomObjectRules(bool hasStatus) : ResourceRules
{
    public override void PrepareForCreate(JsonObject obj)
    {
        if (hasStatus) obj.Remove("status");
    }
}
