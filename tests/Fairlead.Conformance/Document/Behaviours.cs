using System.Reflection;

namespace Fairlead.Conformance.Document;

/// <summary>The titles of the upstream list: those that a test bears, and those in <see cref="NotYet"/>.</summary>
static class Behaviours
{
    /// <summary>The titles that tests bear.</summary>
    public static IReadOnlyList<string> Tested { get; } =
    [
        .. typeof(Behaviours).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Select(m => m.GetCustomAttribute<FactAttribute>()?.DisplayName).OfType<string>().Where(IsTitle).Order(StringComparer.Ordinal),
    ];

    public static bool IsTitle(string name) => name.StartsWith("[sig-", StringComparison.Ordinal);

    /// <summary>Such as sig-api-machinery.</summary>
    public static string Sig(string title) => title[1..title.IndexOf(']', StringComparison.Ordinal)];
}
