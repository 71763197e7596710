namespace Fairlead.Cni;

/// <summary>The parameters that a runtime gives in the environment (CNI spec 1.1 §"Parameters").</summary>
sealed record CniArguments(string Command, string ContainerId, string NetworkNamespace, string InterfaceName)
{
    /// <exception cref="CniException">A parameter that the command needs is missing or has characters it may not have.</exception>
    public static CniArguments FromEnvironment(Func<string, string?> read)
    {
        var arguments = new CniArguments(
            read("CNI_COMMAND") ?? "", read("CNI_CONTAINERID") ?? "", read("CNI_NETNS") ?? "", read("CNI_IFNAME") ?? "");
        switch (arguments.Command)
        {
            case "ADD" or "CHECK":
                if (arguments.NetworkNamespace.Length == 0) throw Missing("CNI_NETNS");
                goto case "DEL";
            case "DEL":
                if (arguments.ContainerId.Length == 0) throw Missing("CNI_CONTAINERID");
                if (arguments.InterfaceName.Length == 0) throw Missing("CNI_IFNAME");
                break;
            case "GC" or "STATUS" or "VERSION":
                return arguments;
            default:
                throw new CniException(CniException.InvalidEnvironment,
                    $"CNI_COMMAND must be ADD, DEL, CHECK, GC, STATUS or VERSION; it is \"{arguments.Command}\"");
        }
        if (!char.IsAsciiLetterOrDigit(arguments.ContainerId[0]) || arguments.ContainerId.AsSpan().ContainsAnyExcept(IdentifierCharacters))
            throw new CniException(CniException.InvalidEnvironment, $"CNI_CONTAINERID \"{arguments.ContainerId}\" must be a letter or digit, then letters, digits, '_', '.' and '-'");
        // What the kernel takes (dev_valid_name), without '%', which it takes for a number to be filled in.
        if (System.Text.Encoding.UTF8.GetByteCount(arguments.InterfaceName) > 15 || arguments.InterfaceName is "." or ".."
            || arguments.InterfaceName.AsSpan().ContainsAny(NoInterfaceCharacters))
            throw new CniException(CniException.InvalidEnvironment, $"CNI_IFNAME \"{arguments.InterfaceName}\" is not an interface name");
        return arguments;
    }

    static readonly System.Buffers.SearchValues<char> IdentifierCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    static readonly System.Buffers.SearchValues<char> NoInterfaceCharacters = System.Buffers.SearchValues.Create("/:% \t\n\v\f\r");

    static CniException Missing(string name) => new(CniException.InvalidEnvironment, $"{name} is not set");
}
