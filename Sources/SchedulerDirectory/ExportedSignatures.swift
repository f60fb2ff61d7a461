import Cryptography
import FoundationEssentials
import Publisher
import SchedulerStore

/// The package signatures in what `reposeal-enclave export` wrote: a line of JSON for each (docs/spec/export.md).
struct ExportedSignatures {
    /// The largest file that is read: some 400 bytes for each package that was ever signed.
    private static let limit = 1 << 30

    private struct Line: Decodable { let sha256, signature: String }

    private var signatures: [SHA256Digest: [[UInt8]]] = [:]

    /// Reads `signatures` in a folder; where there is no such file, there are none.
    init(in folder: String) throws(SchedulerDirectoryError) {
        let path = "\(folder)/signatures"
        guard let status = try durably({ try FileStatus(of: path) }) else { return }
        guard status.size <= Self.limit else {
            throw .malformed(file: path, field: "size", expected: "at most \(Self.limit) bytes")
        }
        let bytes = try durably { try DurableFile.read(path, limit: Self.limit) }
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)),
                let digest = SHA256Digest(recordText: line.sha256), let signature = Data(base64Encoded: line.signature)
            else {
                throw .malformed(
                    file: path, field: "line \(index + 1)",
                    expected: "{\"fileName\":TEXT,\"key\":HEX,\"sha256\":HEX,\"signature\":BASE64}")
            }
            signatures[digest, default: []].append(Array(signature))
        }
    }

    /// The signatures of the package with this digest, one for each key that signed it.
    func of(_ sha256: SHA256Digest) -> [[UInt8]] { signatures[sha256] ?? [] }
}
