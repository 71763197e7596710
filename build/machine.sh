# Shared by ./fairlead and ./test: what the machine must have. Sourced, not run.

say() { echo "fairlead: $*" >&2; }
fail() { say "$*"; exit 1; }

need_root() {
    [ "$(id -u)" = 0 ] || fail "this needs root, because a node is made of namespaces and mounts: run it with sudo."
}

need_sdk() {
    command -v dotnet > /dev/null || fail "the .NET SDK 10 is missing: install it from https://dot.net (package dotnet-sdk-10.0)."
    dotnet --list-sdks 2> /dev/null | grep -q '^10\.' || fail "a .NET SDK of version 10 is missing: install it from https://dot.net (package dotnet-sdk-10.0)."
}

# Program, or the path of a file, and the Debian package that brings it.
programs="containerd:containerd crun:crun nft:nftables nsenter:util-linux busybox:busybox-static clang:clang cc:gcc iptables:iptables"

# The whole list is read: grep -q would end at once, and ldconfig's broken pipe would count as a library that is missing.
has_library() { ldconfig -p 2> /dev/null | grep -F "$1" > /dev/null; }

# Adds to $programs: need_packages clang:clang …; installs what is missing and says what.
need_packages() {
    local missing=() pair program package
    for pair in $programs "$@"; do
        program=${pair%%:*} package=${pair#*:}
        [ -e "$program" ] || PATH=$PATH:/usr/sbin:/sbin command -v "$program" > /dev/null || missing+=("$package")
    done
    # containerd itself calls the plug-in "loopback" for every Pod.
    [ -x /usr/lib/cni/loopback ] || missing+=(containernetworking-plugins)
    has_library libsqlite3.so.0 || missing+=(libsqlite3-0)
    # Libraries that the native plug-in and the pause process are linked with.
    [ -n "$(find /usr/lib -name libc.a -print -quit)" ] || missing+=(libc6-dev)
    [ -n "$(find /usr/lib -name libz.a -print -quit)" ] || missing+=(zlib1g-dev)
    has_library libbpf.so.1 || missing+=(libbpf1)
    # Headers that BPF programs are compiled with.
    [ -e /usr/include/linux/bpf.h ] || missing+=(linux-libc-dev)
    has_library libnftables.so.1 || missing+=(libnftables1)
    [ ${#missing[@]} -gt 0 ] || return 0
    need_root
    command -v apt-get > /dev/null || fail "missing: ${missing[*]}. Install them with this system's package manager."
    say "installing ${missing[*]}"
    local log; log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
        tail -5 "$log" >&2
        fail "apt-get could not install ${missing[*]}: see the lines above."
    fi
    rm "$log"
}
