import Cryptography

/// What each kind of statement brings: its fields, how they are read and written, and what its subjects are.
protocol Predicate: Sendable {
    /// The kind's part of the predicate type's address.
    static var name: String { get }
    /// The predicate's own fields, without the header's.
    static var fields: [String] { get }

    /// Reads the predicate; `subject` is the digest of the first subject, for a predicate that does not repeat it.
    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError)

    var header: StatementHeader { get }
    var members: [String: JSONValue] { get }
    var subjects: [(name: String, digest: SHA256Digest)] { get }
    var statement: Statement { get }
}

extension Predicate {
    static var predicateType: String { "https://reposeal.dev/\(name)/v1" }
}

extension Sequence {
    /// The elements in byte order of a text of theirs; throws when there are none or two with the same text.
    func sortedOnce(by text: (Element) -> String) throws(AttestationError) -> [Element] {
        let sorted = self.sorted { text($0).utf8.lexicographicallyPrecedes(text($1).utf8) }
        guard !sorted.isEmpty, zip(sorted, sorted.dropFirst()).allSatisfy({ text($0) != text($1) }) else {
            throw .malformedField(path: "predicate.packages", expected: "at least one package, and each of them once")
        }
        return sorted
    }
}
