import CLinux
import Glibc

/// Who is at the other end of a Unix socket, as the kernel saw it when the connection was made (unix(7)).
public struct PeerCredentials: Hashable, Sendable {
    /// The peer's process number.
    public let process: Int32
    /// The peer's effective user number.
    public let user: UInt32
    /// The peer's effective group number.
    public let group: UInt32
}

/// A Unix stream socket that waits for connections; its name is removed when it goes.
public struct UnixSocketListener: ~Copyable {
    /// Where it listens.
    public let path: String
    let descriptor: Descriptor

    /// The number to poll for connections; valid only while this value lives.
    public var number: CInt { descriptor.number }

    /// Listens at `path`; a socket left there by a process that has gone is replaced, anything else is an error.
    public init(path: String, permissions: UInt32 = 0o600) throws(DescriptorError) {
        try Self.removeAbandonedSocket(path)
        let descriptor = try Descriptor.unixSocket()
        var address = try Descriptor.unixAddress(path)
        // On Linux the socket file is made with the mode of the descriptor, so it is never more open than wanted.
        try retrying("fchmod", path) { fchmod(descriptor.number, permissions) }
        try retrying("bind", path) { unsafe creposeal_bind(descriptor.number, &address) }
        try retrying("chmod", path) { unsafe chmod(path, permissions) }
        try retrying("listen", path) { listen(descriptor.number, 16) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { _ = unsafe unlink(path) }

    /// Waits for the next connection, until the deadline if there is one.
    public func accept(deadline: Deadline? = nil) throws(DescriptorError) -> Descriptor {
        if let deadline { try descriptor.wait(for: .readable, until: deadline) }
        let number = try retrying("accept", path) { creposeal_accept4(descriptor.number, O_CLOEXEC) }
        return Descriptor(adopting: number)
    }

    /// Waits until there is a connection to accept; throws `timedOut` at the deadline.
    public func wait(until deadline: Deadline) throws(DescriptorError) {
        try descriptor.wait(for: .readable, until: deadline)
    }

    private static func removeAbandonedSocket(_ path: String) throws(DescriptorError) {
        do {
            _ = try Descriptor.connecting(toUnixSocket: path)
        } catch .systemCall(let error) where error.number == ECONNREFUSED {
            // Connecting to a file that is no socket is ECONNREFUSED as well.
            var status = stat()
            try retrying("lstat", path) { unsafe lstat(path, &status) }
            if status.st_mode & S_IFMT == S_IFSOCK { try FileSystem.remove(path) }
        } catch .systemCall(let error) where error.number == ENOENT {
            return
        }
    }
}

extension Descriptor {
    /// Connects to a Unix stream socket.
    public static func connecting(toUnixSocket path: String) throws(DescriptorError) -> Descriptor {
        let connection = try unixSocket()
        var address = try unixAddress(path)
        try retrying("connect", path) { unsafe creposeal_connect(connection.number, &address) }
        return connection
    }

    /// Who is at the other end.
    public func peerCredentials() throws(DescriptorError) -> PeerCredentials {
        var found = creposeal_credentials()
        try retrying("getsockopt", "a Unix socket") { unsafe creposeal_peer_credentials(number, &found) }
        return PeerCredentials(process: found.process, user: found.user, group: found.group)
    }

    static func unixSocket() throws(DescriptorError) -> Descriptor {
        let type = CInt(SOCK_STREAM.rawValue) | O_CLOEXEC  // SOCK_CLOEXEC has the value of O_CLOEXEC
        return Descriptor(adopting: try retrying("socket", "a Unix socket") { socket(AF_UNIX, type, 0) })
    }

    static func unixAddress(_ path: String) throws(DescriptorError) -> sockaddr_un {
        var address = sockaddr_un()
        try retrying("socket address", path) { unsafe creposeal_unix_address(path, &address) }
        return address
    }
}
