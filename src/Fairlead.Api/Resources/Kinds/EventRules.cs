namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of both event kinds beyond their schema.</summary>
sealed class EventRules(string about) : ResourceRules
{
    internal string About => about;
}
