using System.Globalization;

namespace Fairlead.Api.Resources;

/// <summary>What is wrong with a number in a field, in the words that Kubernetes uses; null if nothing is.</summary>
public static class NumberSyntax
{
    public static string? Port(long port) => Range(port, 1, 65535);

    public static string? Range(long value, long least, long most) => value >= least && value <= most ? null
        : string.Create(CultureInfo.InvariantCulture, $"must be between {least} and {most}, inclusive");
}
