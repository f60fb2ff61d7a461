import ALPMTypes
import ByteCoding
import Cryptography

extension JobOutcome: Coded {
    static let minimumByteCount = 32 + 4 + 4 + 8 + 4 + 4

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            jobHash: try reader.digest("jobHash"), repositories: try reader.list("repositories"),
            packageSignatures: try reader.list("packageSignatures"),
            firstLeafIndex: try reader.integer("firstLeafIndex"), leaves: try reader.leaves(),
            checkpointNote: try reader.counted("checkpointNote"))
    }

    func write(to writer: inout ByteWriter) {
        writer.digest(jobHash)
        writer.list(repositories)
        writer.list(packageSignatures)
        writer.integer(firstLeafIndex)
        writer.list(leaves) { writer, leaf in writer.counted(leaf) }
        writer.counted(checkpointNote)
    }
}

extension RepositoryOutcome: Coded {
    static let minimumByteCount = 2 + 2 + 8 + 32 + 32 + 4 + 4 + 8 + 8

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            repository: try reader.repository(), architecture: try reader.architecture(),
            serial: try reader.integer("serial"), database: try reader.digest("database"),
            files: try reader.digest("files"), databaseSignature: try reader.counted("databaseSignature"),
            filesSignature: try reader.counted("filesSignature"), createdAt: try reader.integer("createdAt"),
            expiresAt: try reader.integer("expiresAt"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(repository.text)
        writer.text(architecture.text)
        writer.integer(serial)
        writer.digest(database)
        writer.digest(files)
        writer.counted(databaseSignature)
        writer.counted(filesSignature)
        writer.integer(createdAt)
        writer.integer(expiresAt)
    }
}

extension PackageSignature: Coded {
    static let minimumByteCount = 2 + 4

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        let untrustedName = try reader.text("fileName", atMost: 251)
        fileName = try reader.parsed("fileName", untrustedName) { try PackageFileName(parsing: $0) }
        signature = try reader.counted("signature")
    }

    func write(to writer: inout ByteWriter) {
        writer.text(fileName.text)
        writer.counted(signature)
    }
}

extension ByteReader {
    mutating func leaves() throws(ByteCodingError) -> [[UInt8]] {
        try list("leaves", minimumByteCount: 4) { reader throws(ByteCodingError) in try reader.counted("leaf") }
    }
}
