namespace Fairlead.Linux.Files;

/// <summary>What a file is: the type bits of its mode (S_IFMT of inode(7)).</summary>
public enum FileKind
{
    Pipe = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    Link = 0xa000,
    Socket = 0xc000,
}
