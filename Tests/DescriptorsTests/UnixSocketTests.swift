import Descriptors
import Glibc
import TestSupport
import Testing

@Suite("A Unix socket")
struct UnixSocketTests {
    @Test("the two ends talk, and each knows who the other is")
    func conversation() throws {
        let directory = try TemporaryDirectory()
        let listener = try UnixSocketListener(path: directory.path("socket"))
        let near = try Descriptor.connecting(toUnixSocket: listener.path)
        let far = try listener.accept(deadline: Deadline(milliseconds: 1000))
        try near.writeAll([1, 2])
        #expect(try far.readExactly(2) == [1, 2])
        let credentials = try far.peerCredentials()
        #expect(credentials.user == geteuid())
        #expect(credentials.process == getpid())
    }

    @Test("the socket file has exactly the permissions asked for")
    func permissions() throws {
        let directory = try TemporaryDirectory()
        let listener = try UnixSocketListener(path: directory.path("socket"), permissions: 0o660)
        var status = stat()
        #expect(unsafe stat(listener.path, &status) == 0)
        #expect(status.st_mode == S_IFSOCK | 0o660)
    }

    @Test("nobody connecting is a timeout")
    func silence() throws {
        let directory = try TemporaryDirectory()
        let listener = try UnixSocketListener(path: directory.path("socket"))
        #expect(throws: DescriptorError.timedOut) { _ = try listener.accept(deadline: Deadline(milliseconds: 10)) }
    }

    @Test("a socket in use or another file at the path stays, an abandoned socket is replaced")
    func occupied() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("socket")
        do {
            let first = try UnixSocketListener(path: path)
            #expect(throws: DescriptorError.self) { _ = try UnixSocketListener(path: path) }
            #expect(unsafe link(first.path, directory.path("abandoned")) == 0)
        }
        // A process that another test starts may hold the first listener until it has become its program.
        while isAnswered(directory.path("abandoned")) {}
        _ = try UnixSocketListener(path: directory.path("abandoned"))
        _ = try Descriptor.creating(directory.path("file"))
        #expect(throws: DescriptorError.self) { _ = try UnixSocketListener(path: directory.path("file")) }
        #expect(try FileSystem.names(inDirectory: directory.path) == ["file"])
    }

    private func isAnswered(_ path: String) -> Bool {
        do { _ = try Descriptor.connecting(toUnixSocket: path) } catch { return false }
        return true
    }

    @Test("a path that does not fit into an address is an error")
    func longPath() {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let refusal = DescriptorError.systemCall(
            SystemCallError(call: "socket address", number: ENAMETOOLONG, subject: path))
        #expect(throws: refusal) { _ = try Descriptor.connecting(toUnixSocket: path) }
    }
}
