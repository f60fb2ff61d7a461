import ALPMTypes
import RepositoryDatabase
import SyncDatabase

/// The texts of one entry in a stock database.
struct StockEntry {
    private(set) var texts: [DatabaseWalk.Text: [UInt8]] = [:]
    private var fault: String?

    /// Takes a member's text; `nil` stands for one that is too large.
    mutating func add(_ untrustedText: [UInt8]?, as member: DatabaseWalk.Text) {
        guard let untrustedText else {
            fault = "\(member) is too large"
            return
        }
        if texts.updateValue(untrustedText, forKey: member) != nil { fault = "\(member) is there twice" }
    }

    /// The entry in the strict form, with the file list of the files database unless it has its own.
    func entry(directory: String, listedBy listing: StockEntry?) throws(EntryRefusal) -> RepositoryEntry {
        if let fault = fault ?? listing?.fault { throw EntryRefusal(fault) }
        guard let desc = texts[.desc] else { throw EntryRefusal("it has no desc") }
        var values = try StockFields.parse(desc, member: "desc")
        for (name, lines) in try texts[.depends].map({ text throws(EntryRefusal) in
            try StockFields.parse(text, member: "depends")
        }) ?? [:] {
            guard values.updateValue(lines, forKey: name) == nil else {
                throw EntryRefusal("\(name) is in desc and in depends")
            }
        }
        for dropped in ["MD5SUM", "PGPSIG"] { values[dropped] = nil }
        var known: [DescriptionField: [String]] = [:]
        for (name, lines) in values {
            guard let field = DescriptionField(rawValue: name) else {
                throw EntryRefusal("desc has a field that descv2 does not know")
            }
            known[field] = lines
        }
        do throws(RepositoryDatabaseError) {
            let description = try PackageDescription(untrustedValues: known)
            guard description.directoryName.text == directory else {
                throw .malformed(field: "directory name", expected: "made of the entry's NAME and VERSION")
            }
            return RepositoryEntry(
                description: description, files: try Self.fileList(texts[.files] ?? listing?.texts[.files]))
        } catch {
            throw EntryRefusal(error)
        }
    }

    private static func fileList(_ untrustedText: [UInt8]?) throws(RepositoryDatabaseError) -> FileList {
        guard let untrustedText else { return .unknown }
        guard let fields = try? StockFields.parse(untrustedText, member: "files"), fields.count == 1,
            let paths = fields["FILES"]
        else { throw .malformed(field: "files", expected: "one list under %FILES%") }
        return try FileList.known(paths)
    }
}

/// The blocks of a `desc`, `depends` or `files` text as libalpm reads them.
enum StockFields {
    /// Splits the text at `%FIELD%` lines; a list ends at an empty line or at the end.
    ///
    /// Repeated fields are refused.
    static func parse(_ untrustedText: [UInt8], member: String) throws(EntryRefusal) -> [String: [String]] {
        guard let text = String(validating: untrustedText, as: UTF8.self) else {
            throw EntryRefusal("\(member) is not UTF-8")
        }
        var fields: [String: [String]] = [:]
        var current: String?
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map({ String($0) }) {
            if line.isEmpty {
                current = nil
            } else if let name = current {
                fields[name, default: []].append(line)
            } else {
                guard line.unicodeScalars.count > 2, line.hasPrefix("%"), line.hasSuffix("%") else {
                    throw EntryRefusal("\(member) has a line outside of any field")
                }
                let name = String(line.dropFirst().dropLast())
                guard fields.updateValue([], forKey: name) == nil else {
                    throw EntryRefusal("\(member) has a field twice")
                }
                current = name
            }
        }
        return fields
    }
}
