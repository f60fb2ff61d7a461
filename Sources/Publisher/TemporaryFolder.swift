package import Descriptors
import Glibc

/// A folder of this user alone, gone with this value.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes an empty folder.
    package init() throws(DescriptorError) {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        // Short, because gpg may make sockets in it, whose paths end at 108 bytes.
        path = "\(parent)/rs-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let result = unsafe mkdir(path, 0o700)
        let number = errno
        guard result == 0 else {
            throw .systemCall(SystemCallError(call: "mkdir", number: number, subject: path))
        }
    }

    deinit { DurableFile.removeIfPresent(path) }
}
