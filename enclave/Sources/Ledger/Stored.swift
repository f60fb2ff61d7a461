import ALPMTypes
import Cryptography

extension Statement {
    /// A column of the current row that holds a digest.
    func digest(_ column: Int32, _ field: String) throws(LedgerError) -> SHA256Digest {
        do { return try SHA256Digest(bytes: blob(column)) } catch {
            throw .malformed(field: field, expected: "a SHA-256 digest")
        }
    }

    /// A column of the current row that holds a digest or nothing.
    func optionalDigest(_ column: Int32, _ field: String) throws(LedgerError) -> SHA256Digest? {
        optionalBlob(column) == nil ? nil : try digest(column, field)
    }

    /// A column of the current row that holds text with a parser of its own.
    func parsed<Value>(
        _ column: Int32, _ field: String, _ parse: (String) throws(ALPMError) -> Value
    ) throws(LedgerError) -> Value {
        do { return try parse(text(column)) } catch {
            throw .malformed(field: field, expected: "what it was when it was written")
        }
    }
}
