namespace Fairlead.Node.Volumes;

/// <summary>File modes of volumes.</summary>
static class VolumeModes
{
    /// <summary>0755.</summary>
    public const UnixFileMode Directory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>0777: an emptyDir is for whichever user the containers run as.</summary>
    public const UnixFileMode Everyone = (UnixFileMode)0b111_111_111;

    /// <summary>0644, the default of files made from ConfigMaps, Secrets and the like.</summary>
    public const int File = 0b110_100_100;

    /// <summary>The mode of a file, made readable by the group when the Pod has an fsGroup.</summary>
    public static UnixFileMode Of(int? item, int? volume, bool fsGroup)
    {
        var mode = (UnixFileMode)((item ?? volume ?? File) & 0b111_111_111);
        return fsGroup ? mode | UnixFileMode.GroupRead : mode;
    }
}
