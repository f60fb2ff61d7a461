import Foundation

/// A fresh directory that is removed with everything in it when this value goes.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a directory with these permissions; in memory, where fsync(2) costs nothing, if that is wanted and there.
    public init(permissions: Int = 0o700, inMemory: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm")
        let isInMemory = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
        let place = isInMemory ? memory : FileManager.default.temporaryDirectory
        path = place.appending(path: "reposeal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name in it.
    public func path(_ name: String) -> String { "\(path)/\(name)" }
}

extension TemporaryDirectory {
    /// Writes a file, making the directories on the way, and returns its path.
    @discardableResult
    public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let file = URL(filePath: path(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Writes a text file and returns its path.
    @discardableResult
    public func write(_ name: String, text: String) throws -> String { try write(name, text.utf8) }
}
