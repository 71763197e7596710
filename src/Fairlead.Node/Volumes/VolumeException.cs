namespace Fairlead.Node.Volumes;

/// <summary>A volume that can't be had now; shown as a FailedMount event and tried again.</summary>
sealed class VolumeException(string message) : Exception(message);
