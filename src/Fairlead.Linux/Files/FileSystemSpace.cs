namespace Fairlead.Linux.Files;

/// <summary>How large a file system is and how much of it is free; bytes and inodes.</summary>
/// <param name="Free">Free bytes, also those that are root's alone.</param>
/// <param name="Available">Free bytes for everybody.</param>
/// <param name="Inodes">0 where the file system does not count them.</param>
public readonly record struct FileSystemSpace(long Capacity, long Free, long Available, long Inodes, long InodesFree);
