using System.Collections.Immutable;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Traces.Live;

/// <summary>Prediction and observation of one endpoint side by side.</summary>
/// <param name="Endpoint">Address and port.</param>
/// <param name="Pod">Null if none is known to have the address.</param>
/// <param name="Predicted">The probability that a connection goes there; 0 for one that nobody predicted.</param>
/// <param name="Observed">How many probes went there.</param>
/// <param name="Agrees">What was observed is not too unlikely under the prediction.</param>
public sealed record LiveRow(string Endpoint, PodKey? Pod, double Predicted, int Observed, int Answered, int Refused, int Silent, bool Agrees)
{
    /// <summary>The addresses that the endpoint saw as the sender's.</summary>
    public ImmutableArray<Address> Sources { get; init; } = [];
}
