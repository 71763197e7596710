namespace Fairlead.Api.Json;

/// <summary>metav1.MicroTime: as metav1.Time, with six digits of a second on the wire (Lease renew times, event times).</summary>
public sealed class MicroTimeConverter() : TimeConverter("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
