namespace Fairlead.Linux.Namespaces;

/// <summary>Kernel settings under /proc/sys. Those of the network are the calling thread's namespace's.</summary>
public static class Sysctl
{
    /// <param name="name">With slashes, as "net/ipv4/ip_forward": names of links may hold dots.</param>
    /// <returns>The value, or null where this kernel has no such setting.</returns>
    public static string? Read(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)).Trim() : null;

    /// <summary>Writes a setting; one that has the value already is not touched.</summary>
    /// <returns>False where this kernel has no such setting.</returns>
    /// <exception cref="IOException">The kernel refuses the value or the write.</exception>
    public static bool Write(string name, string value)
    {
        if (Read(name) is not { } current) return false;
        if (current != value) File.WriteAllText(PathOf(name), value);
        return true;
    }

    static string PathOf(string name) => "/proc/sys/" + name;
}
