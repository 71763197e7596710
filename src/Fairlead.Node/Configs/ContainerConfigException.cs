namespace Fairlead.Node.Configs;

/// <summary>A container that can't be made as its spec says; shown as CreateContainerConfigError and tried again.</summary>
sealed class ContainerConfigException(string message) : Exception(message);
