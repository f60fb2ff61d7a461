/// What around this process keeps bubblewrap from making a jail.
public enum Hindrance: Hashable, Sendable, CaseIterable {
    /// Who is not root may not make namespaces.
    case namespaces
    /// A namespace cannot be told to have no further ones, since `/proc/sys` cannot be written.
    case settings
    /// The jail's files cannot be mounted in its own mount namespace.
    case mounts
    /// The jail cannot have a host name of its own.
    case hostName
    /// The jail's loopback cannot be set up.
    case loopback

    /// Finds what it is in what bubblewrap 0.8 says; nil if that is something else.
    init?(complaint: String) {
        let found = Self.allCases.first { hindrance in hindrance.words.contains { complaint.contains($0) } }
        guard complaint.hasPrefix("bwrap: "), let found else { return nil }
        self = found
    }

    private var words: [String] {
        switch self {
        case .namespaces: ["new namespace", "unshare user ns", "uid map", "gid map"]
        case .settings: ["/proc/sys/"]
        case .mounts: ["Failed to make / slave", "Failed to mount", "pivot_root", "unmount old root"]
        case .hostName: ["set hostname"]
        case .loopback: ["loopback: "]
        }
    }

    /// What cannot be done, after which bubblewrap's own words may follow.
    var sentence: String {
        switch self {
        case .namespaces: "this user may not make namespaces"
        case .settings: "the jail cannot be kept from having jails of its own"
        case .mounts: "the jail's files cannot be mounted"
        case .hostName: "the jail cannot have a host name of its own"
        case .loopback: "the jail's loopback cannot be set up"
        }
    }

    /// What to allow for it, by its exact name.
    var advice: String {
        switch self {
        case .namespaces:
            "allow it with the sysctls user.max_user_namespaces > 0 and, where they exist, kernel.unprivileged_userns_clone = 1 "
                + "and kernel.apparmor_restrict_unprivileged_userns = 0; in a container with a seccomp profile that lets "
                + "everybody unshare and clone; in a chroot the kernel never allows it"
        case .settings:
            "allow it with podman's --security-opt unmask=/proc/sys, docker's --security-opt systempaths=unconfined, or a unit "
                + "without ProtectKernelTunables="
        case .mounts:
            "allow mount, umount2 and pivot_root in the container's seccomp profile, and all of it with "
                + "--security-opt apparmor=unconfined where AppArmor confines containers"
        case .hostName: "allow sethostname in the container's seccomp profile, or take a unit without ProtectHostname="
        case .loopback:
            "allow sockets of AF_NETLINK (RestrictAddressFamilies= of a unit, the seccomp profile of a container), and set the "
                + "sysctl kernel.apparmor_restrict_unprivileged_userns = 0 where it exists"
        }
    }
}
