import ALPMTypes
import Attestation
import BuilderTokens
import Cryptography
import Descriptors
import FoundationEssentials
import Publisher

/// What is kept beside the bytes of an upload: how far they are on the disk for certain, and their SHA-256 until there.
struct UploadRecord: Codable {
    let builder: String
    let fileName: String
    let sha256: String
    let size: UInt64
    var offset: UInt64
    var sha256State: String
    var expiresAt: UInt64

    init(of package: UploadedPackage, expiresAt: UInt64) {
        builder = package.builder.text
        fileName = package.fileName.text
        sha256 = package.sha256.hex
        size = package.size
        offset = 0
        sha256State = SHA256().exportState().hex
        self.expiresAt = expiresAt
    }

    static let maximumByteCount = 4096

    /// Reads a record; nil if there is none.
    static func read(_ path: String) throws(UploadStoreError) -> UploadRecord? {
        let bytes = try onDisk { () throws(DescriptorError) in
            try DurableFile.readIfPresent(path, limit: maximumByteCount)
        }
        guard let bytes else { return nil }
        guard let record = try? JSONDecoder().decode(UploadRecord.self, from: Data(bytes)),
            record.offset <= record.size, record.state != nil
        else { throw .malformed(file: path) }
        return record
    }

    /// Puts the record into its place.
    func write(to path: String) throws(UploadStoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(self) else { throw .malformed(file: path) }
        try onDisk { () throws(DescriptorError) in
            try DurableFile.write(Array(bytes) + [UInt8(ascii: "\n")], to: path)
        }
    }

    var state: SHA256State? { try? SHA256State(parsingHex: sha256State, length: offset) }

    var progress: UploadProgress { UploadProgress(offset: offset, size: size, expiresAt: expiresAt) }
}
