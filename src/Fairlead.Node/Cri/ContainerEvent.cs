namespace Fairlead.Node.Cri;

/// <summary>What containerd tells of a container.</summary>
/// <param name="IsEnd">Its first process has ended; false: it ran out of memory.</param>
readonly record struct ContainerEvent(string ContainerId, bool IsEnd);
