import ConsoleMenu
import Descriptors
import Glibc

/// How much may still be copied.
struct CopyAllowance {
    private var files: Int
    private var bytes: UInt64
    private let areNamesChecked: Bool

    /// What we made ourselves, and folders of the enclave's.
    static let own = CopyAllowance(files: .max, bytes: .max, areNamesChecked: false)

    /// What a medium brings: in all at most 10,000 files, and half of the room that is left in a directory, on which others
    /// depend as well.
    static func `import`(to directory: String) throws -> CopyAllowance {
        var found = statvfs()
        guard unsafe statvfs(directory, &found) == 0 else { throw ConsoleFiles.failure("statvfs", errno, directory) }
        return CopyAllowance(
            files: 10_000, bytes: UInt64(found.f_bavail) * UInt64(found.f_frsize) / 2, areNamesChecked: true)
    }

    /// Whether what is called so may be copied.
    func allows(_ name: String) -> Bool { !areNamesChecked || StagedName.isName(name) }

    /// Counts a file or folder.
    mutating func takeFile(_ path: String) throws {
        guard files > 0 else { throw FileProblem(path: path, problem: "expected at most 10000 files in all") }
        files -= 1
    }

    /// Counts bytes of a file.
    mutating func takeBytes(_ count: Int, _ path: String) throws {
        guard UInt64(count) <= bytes else {
            throw FileProblem(path: path, problem: "expected no more than half of the room that is left")
        }
        bytes -= UInt64(count)
    }
}
