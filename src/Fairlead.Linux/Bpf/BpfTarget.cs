namespace Fairlead.Linux.Bpf;

/// <summary>
/// A cgroup or a link, and one of its hooks. Programs that are attached stay when this process ends, until they are detached
/// or the target goes. There may be those of others beside them.
/// </summary>
/// <param name="Number">Of a cgroup its descriptor, of a link its index.</param>
public readonly unsafe record struct BpfTarget(int Number, BpfHook Hook)
{
    const int Enoent = 2, Einval = 22, Enodev = 19, Most = 64;
    const uint FlagMulti = 2, FlagReplace = 4;

    bool IsLink => Hook == BpfHook.TcxIngress;

    /// <summary>The ids of the programs that are attached here, in the order in which they run; none for a link that is gone.</summary>
    /// <exception cref="LinuxException">EINVAL: the kernel has no such hook.</exception>
    public IReadOnlyList<uint> List()
    {
        var ids = stackalloc uint[Most];
        var options = new LibBpf.QueryOptions { Size = (nuint)sizeof(LibBpf.QueryOptions), ProgramIds = ids, ProgramCount = Most };
        var result = LibBpf.bpf_prog_query_opts(Number, (int)Hook, &options);
        if (IsLink && result is -Enodev or -Enoent) return [];
        LibBpf.Check(result, $"list BPF programs at {Hook}");
        return new ReadOnlySpan<uint>(ids, (int)options.ProgramCount).ToArray();
    }

    /// <summary>Attaches a program behind those that are there.</summary>
    /// <exception cref="LinuxException">EPERM: somebody attached another one that bears none beside it.</exception>
    public void Attach(BpfProgram program) => Attach(program, IsLink ? 0 : FlagMulti, null);

    /// <summary>Puts a program in the place of another at a stroke.</summary>
    public void Replace(BpfProgram old, BpfProgram now) => Attach(now, IsLink ? FlagReplace : FlagMulti | FlagReplace, old);

    void Attach(BpfProgram program, uint flags, BpfProgram? old)
    {
        var options = new LibBpf.AttachOptions { Size = (nuint)sizeof(LibBpf.AttachOptions), Flags = flags, ReplaceProgram = old?.Fd ?? 0 };
        LibBpf.Check(LibBpf.bpf_prog_attach_opts(program.Fd, Number, (int)Hook, &options), $"attach BPF program {program.Name} at {Hook}");
    }

    /// <summary>Detaches a program. One that is not attached is success.</summary>
    public void Detach(BpfProgram program)
    {
        var result = LibBpf.bpf_prog_detach2(program.Fd, Number, (int)Hook);
        if (result is not (-Enoent or -Enodev or -Einval)) LibBpf.Check(result, $"detach BPF program {program.Name} from {Hook}");
    }
}
