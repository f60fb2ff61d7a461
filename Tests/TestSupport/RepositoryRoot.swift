/// Where the files of this source tree lie, found from this file's own place.
public enum RepositoryRoot {
    /// The absolute path of the tree's top folder.
    public static let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// The absolute path of a file under `Tests/Fixtures`.
    public static func fixture(_ name: String) -> String { "\(path)/Tests/Fixtures/\(name)" }

    /// The absolute path of a file under `Tests/Vectors`.
    public static func vector(_ name: String) -> String { "\(path)/Tests/Vectors/\(name)" }
}
