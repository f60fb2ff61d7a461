import Foundation

/// A fresh directory that is removed with everything in it when this value goes.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a directory with these permissions.
    public init(permissions: Int = 0o700) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "reposeal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name in it.
    public func path(_ name: String) -> String { "\(path)/\(name)" }
}
