public import RepositoryDatabase

extension SyncEntry {
    /// One block of a `desc`.
    public struct Field: Hashable, Sendable {
        /// The name between the percent signs.
        public let name: String
        /// The lines; one for a field that is no list.
        public let values: [String]
    }

    /// The fields of `desc` in their order, as libalpm reads them (`sync_db_read` in be_sync.c).
    ///
    /// A field that is no list takes the next line, whatever that is; a list ends at an empty line or at the end; an unknown
    /// field also ends before the next field. Lines outside of fields are skipped, bytes that are no UTF-8 replaced.
    public var fields: [Field] {
        let lines = desc.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var rest = lines[...]
        var fields: [Field] = []
        while let line = rest.popFirst() {
            guard let name = Self.fieldName(line) else { continue }
            let isList = DescriptionField(rawValue: name)?.isList
            let values =
                isList == false
                ? rest.prefix(1) : rest.prefix { !$0.isEmpty && (isList != nil || Self.fieldName($0) == nil) }
            rest = rest.dropFirst(values.count)
            fields.append(Field(name: name, values: Array(values)))
        }
        return fields
    }

    private static func fieldName(_ line: String) -> String? {
        let bytes = line.utf8
        guard bytes.count > 2, bytes.first == UInt8(ascii: "%"), bytes.last == UInt8(ascii: "%") else { return nil }
        return String(line.unicodeScalars.dropFirst().dropLast())
    }
}

extension [SyncEntry.Field] {
    /// The lines of a field: of the last such field, or of all if it is a list; none if there is no such field.
    public subscript(field: DescriptionField) -> [String] {
        let blocks = filter { $0.name == field.rawValue }
        return field.isList ? blocks.flatMap(\.values) : blocks.last?.values ?? []
    }
}
