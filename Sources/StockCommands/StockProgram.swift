/// A program of pacman whose name the `reposeal` binary answers to.
public enum StockProgram: String, CaseIterable, Sendable {
    /// Adds packages to a repository's databases.
    case repoAdd = "repo-add"
    /// Removes packages from a repository's databases.
    case repoRemove = "repo-remove"
    /// Compares two versions.
    case vercmp = "vercmp"

    /// The program that an invocation names: the last component of its first argument.
    public init?(invokedAs name: String) {
        self.init(rawValue: name.split(separator: "/").last.map(String.init) ?? name)
    }
}
