import Descriptors

/// The entries of a database that was read whole, their texts in a file without a name and so not in memory.
///
/// Stock databases come in any order, and their file lists may be larger than what a tool may use of memory.
final class EntryStore: Sendable {
    /// Where the texts of an entry lie.
    struct Place: Sendable {
        let directory: EntryName
        let desc: Range<Int>
        let depends: Range<Int>?
        let files: Range<Int>?
    }

    /// The entries by the bytes of their directories.
    let places: [Place]
    private let texts: Descriptor

    /// Reads the database at a path, in any compression.
    init(readingDatabaseAt path: String) throws(SyncDatabaseError) {
        var draft = try Draft(file: path.split(separator: "/").last.map(String.init) ?? path)
        try DatabaseWalk.overDatabase(at: path) { member throws(SyncDatabaseError) in try draft.take(member) }
        places = try draft.finish()
        texts = draft.takeTexts()
    }

    /// The positions of the entries of these names.
    func positions(named names: Set<String>) -> [Int] {
        let names = ByteNames(names)
        return places.indices.filter { names.contains(places[$0].directory.name) }
    }

    /// The entry at a position.
    func entry(at position: Int) throws(SyncDatabaseError) -> SyncEntry {
        let place = places[position]
        var desc = try texts.bytes(in: place.desc)
        if let depends = place.depends {
            // pacman before 5.0 kept the relations in a file of their own; a block ends with an empty line.
            while !desc.isEmpty, !desc.suffix(2).elementsEqual("\n\n".utf8) { desc.append(UInt8(ascii: "\n")) }
            desc += try texts.bytes(in: depends)
        }
        return SyncEntry(
            directory: place.directory, desc: desc,
            files: try place.files.map { range throws(SyncDatabaseError) in try texts.bytes(in: range) })
    }
}

extension EntryStore {
    /// A store while its database is being read.
    private struct Draft: ~Copyable {
        private let file: String
        private var texts: SpillFile
        private var found: [EntryName: [DatabaseWalk.Text: Range<Int>]] = [:]

        init(file: String) throws(SyncDatabaseError) {
            self.file = file
            texts = try SpillFile()
        }

        mutating func take(_ member: DatabaseWalk.Member) throws(SyncDatabaseError) {
            switch member {
            case .directory(let untrustedName):
                let directory = try parse(untrustedName)
                if found[directory] == nil { found[directory] = [:] }
            case .text(let text, let untrustedDirectory, let untrustedBytes):
                let directory = try parse(untrustedDirectory)
                guard let untrustedBytes else {
                    throw .unreadable(file: file, reason: "\(directory)/\(text) is too large")
                }
                let range = try texts.append(untrustedBytes)
                guard found[directory, default: [:]].updateValue(range, forKey: text) == nil else {
                    throw .notRepository(file: file, member: "a second \(directory)/\(text)")
                }
            case .stray(let untrustedPath):
                throw .notRepository(file: file, member: untrustedPath.printable)
            }
        }

        private func parse(_ untrustedDirectory: String) throws(SyncDatabaseError) -> EntryName {
            do { return try EntryName(parsing: untrustedDirectory) } catch {
                throw .notRepository(file: file, member: untrustedDirectory.printable)
            }
        }

        mutating func finish() throws(SyncDatabaseError) -> [Place] {
            try texts.flush()
            let places = try found.map { directory, ranges throws(SyncDatabaseError) in
                guard let desc = ranges[.desc] else { throw .notRepository(file: file, member: directory.text) }
                return Place(directory: directory, desc: desc, depends: ranges[.depends], files: ranges[.files])
            }
            found = [:]
            return places.sorted { $0.directory < $1.directory }
        }

        consuming func takeTexts() -> Descriptor { texts.takeDescriptor() }
    }
}

extension String {
    /// At most 256 characters, those that steer a terminal replaced.
    package var printable: String {
        let shown = unicodeScalars.prefix(256).map {
            $0.properties.generalCategory == .control || $0.properties.isBidiControl ? "\u{fffd}" : $0
        }
        return String(String.UnicodeScalarView(shown))
    }
}
