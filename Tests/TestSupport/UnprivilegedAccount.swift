import Foundation

/// A user who is not root, to whom tests that run as root give up their power; otherwise the user who runs them.
public struct UnprivilegedAccount: Sendable {
    /// Its user number, where the tests run as root.
    public let number: UInt32

    /// The account that stands for the broker.
    public static let broker = UnprivilegedAccount(number: 65_533)
    /// The account that stands for the monitor; the same as the broker's where the tests do not run as root.
    public static let monitor = UnprivilegedAccount(number: 65_532)

    /// Whether the two accounts differ, which only root can bring about.
    public static var areDistinct: Bool { getuid() == 0 }

    /// The words of a command, run by this account.
    public func command(_ words: [String]) -> [String] {
        guard getuid() == 0 else { return words }
        return ["setpriv", "--reuid=\(number)", "--regid=65533", "--clear-groups", "--"] + words
    }

    /// A fresh directory that belongs to this account.
    public func directory(permissions: Int = 0o700) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory(permissions: permissions)
        try own(directory.path)
        return directory
    }

    /// Gives a file to this account.
    public func own(_ path: String) throws {
        guard getuid() == 0 else { return }
        try FileManager.default.setAttributes(
            [.ownerAccountID: NSNumber(value: number), .groupOwnerAccountID: NSNumber(value: 65_533)],
            ofItemAtPath: path)
    }
}
