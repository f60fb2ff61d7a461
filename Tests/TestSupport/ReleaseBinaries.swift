import Foundation

/// The programs as `make test` builds them: release builds with the Swift library linked in.
public enum ReleaseBinaries {
    /// The directory in `REPOSEAL_BIN`, or where a release build of this tree puts them.
    public static let directory =
        ProcessInfo.processInfo.environment["REPOSEAL_BIN"] ?? "\(RepositoryRoot.path)/.build/release"

    /// Copies of the programs that any user can run, because a tree may lie where only its owner can look.
    ///
    /// Another process writes them: a child that another test starts meanwhile would inherit our descriptor, and while
    /// it is open for writing the copy cannot be run (ETXTBSY in execve(2)).
    public static func copies(of names: String...) throws -> TemporaryDirectory {
        let copies = try TemporaryDirectory(permissions: 0o755)
        for name in names {
            let source = "\(directory)/\(name)"
            guard FileManager.default.isExecutableFile(atPath: source) else {
                throw TestSupportError(
                    "\(source) is missing; build it with: swift build -c release --static-swift-stdlib --product \(name)"
                )
            }
            let copy = try Tool("install", "--mode=755", source, copies.path(name)).run()
            guard copy.status == 0 else { throw TestSupportError(copy.complaint) }
        }
        return copies
    }
}

/// What went wrong in the scaffolding of a test.
public struct TestSupportError: Error, CustomStringConvertible {
    /// What to do about it.
    public let description: String

    /// Says what to do about it.
    public init(_ description: String) { self.description = description }
}
