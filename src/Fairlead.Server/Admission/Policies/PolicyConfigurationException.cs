namespace Fairlead.Server.Admission.Policies;

/// <summary>A policy and its binding do not fit the cluster: what they need is not there.</summary>
public sealed class PolicyConfigurationException(string message) : Exception(message);
