import RepositoryDatabase
import SyncDatabase

/// The entries of a repository by name, as a plan changes them.
///
/// Names are compared by bytes, as clients do: two ways to write one accented letter are two names.
struct PresentEntries: Equatable, Sendable {
    private var byName: [[UInt8]: [SyncEntry]]

    init(_ entries: [SyncEntry]) {
        byName = Dictionary(grouping: entries) { Array($0.directory.name.utf8) }
    }

    /// Every entry, by the bytes of its directory.
    var all: [SyncEntry] { byName.values.flatMap(\.self).sorted { $0.directory < $1.directory } }

    /// The entries of a name.
    func entries(named name: String) -> [SyncEntry] { byName[Array(name.utf8), default: []] }

    /// Takes the entries of a name out.
    mutating func take(named name: String) -> [SyncEntry] { byName.removeValue(forKey: Array(name.utf8)) ?? [] }

    /// Puts an entry in, beside others of its name.
    mutating func put(_ entry: SyncEntry) { byName[Array(entry.directory.name.utf8), default: []].append(entry) }

    /// Whether an entry still names the package file.
    func needs(fileName: String) -> Bool {
        byName.values.contains { $0.contains { $0.fields[.fileName].first == fileName } }
    }
}
