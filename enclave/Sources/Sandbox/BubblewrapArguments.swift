extension JailProfile {
    /// The words of the command that makes the jail; bubblewrap reads its filter from descriptor `filterNumber`.
    ///
    /// prlimit(1) sets the limits and becomes bubblewrap, which builds the namespaces and becomes the program.
    func command(filterNumber: Int) -> [String] {
        limitArguments + ["/usr/bin/bwrap"] + namespaceArguments + fileArguments
            + ["--seccomp", "\(filterNumber)", "--", Self.programInside]
    }

    private var limitArguments: [String] {
        [
            "/usr/bin/prlimit", "--core=0", "--as=\(limits.addressSpace)", "--cpu=\(limits.processorSeconds)",
            "--fsize=\(limits.fileSize)", "--nofile=\(limits.descriptors)", "--",
        ]
    }

    private var namespaceArguments: [String] {
        [
            "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup",
            "--disable-userns", "--die-with-parent", "--new-session", "--as-pid-1", "--uid", "65534", "--gid", "65534",
            "--cap-drop", "ALL", "--hostname", "job", "--clearenv",
        ]
    }

    private var fileArguments: [String] {
        var words = ["--ro-bind", program, Self.programInside]
        for file in files { words += ["--ro-bind", file, file] }
        for device in ["/dev/null", "/dev/urandom"] { words += ["--dev-bind", device, device] }
        if kind == .gpgmeVerifier {
            words += ["--size", "\(limits.temporaryBytes)", "--perms", "0700", "--tmpfs", "/job", "--chdir", "/job"]
            words += ["--setenv", "HOME", "/job", "--setenv", "GNUPGHOME", "/job", "--setenv", "PATH", "/usr/bin"]
        }
        for directory in token.directories { words += ["--bind", directory, directory] }
        for assignment in token.environment {
            let name = assignment.prefix { $0 != "=" }
            words += ["--setenv", String(name), String(assignment.dropFirst(name.count + 1))]
        }
        // Last, because until then bubblewrap itself makes the directories that the files above need.
        return words + ["--remount-ro", "/"]
    }
}
