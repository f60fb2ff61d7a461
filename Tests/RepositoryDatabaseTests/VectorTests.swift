import ALPMTypes
import Cryptography
import Foundation
import RepositoryDatabase
import TestSupport
import Testing

struct VectorTests {
    struct Vectors: Decodable {
        let codecTextSHA256: String
        let vectors: [Vector]
    }

    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        struct Entry: Decodable {
            let desc: String
            let files: String?
            let generatedFiles: Int?
        }
        struct Database: Decodable {
            struct Chunk: Decodable {
                let first: String
                let tarLength: Int
                let tarSHA256: String
            }
            let tarSHA256: String
            let chunks: [Chunk]
        }
        let title: String
        let entries: [Entry]
        let setDigest: String
        let db: Database
        let files: Database
        var testDescription: String { title }
    }

    static func vectors() throws -> Vectors {
        let data = try Data(contentsOf: URL(filePath: RepositoryRoot.vector("repository-database/vectors.json")))
        return try JSONDecoder().decode(Vectors.self, from: data)
    }

    @Test("a second implementation makes the same archives, chunks and set digests", arguments: try vectors().vectors)
    func vector(_ vector: Vector) throws {
        let set = try EntrySet(
            vector.entries.map { entry in
                let generated = entry.generatedFiles.map { count in
                    "%FILES%\n" + (0..<count).map { "usr/share/big/\(String(1_000_000 + $0).dropFirst())\n" }.joined()
                }
                return RepositoryEntry(
                    description: try PackageDescription(parsing: Array(entry.desc.utf8)),
                    files: try (entry.files ?? generated).map { try FileList(parsing: Array($0.utf8)) } ?? .unknown)
            })
        #expect(set.digest.hex == vector.setDigest)
        for (kind, expected) in [(DatabaseKind.db, vector.db), (.files, vector.files)] {
            let database = try RepositoryDatabaseWriter.encode(set, as: kind)
            #expect(database.chunks.map { $0.firstDirectory ?? "" } == expected.chunks.map(\.first))
            #expect(database.chunks.map(\.tarLength) == expected.chunks.map(\.tarLength))
            let tarDigests = try database.chunks.map { chunk in
                var rest = chunk.bytes[...]
                return SHA256.digest(of: try GzipMember.decode(&rest).tar).hex
            }
            #expect(tarDigests == expected.chunks.map(\.tarSHA256))
            let tar = try Tool("gzip", "-dc").run(input: Data(database.bytes))
            #expect(tar.status == 0)
            #expect(SHA256.digest(of: tar.output).hex == expected.tarSHA256)
        }
    }

    @Test("the codec identifier is the digest of the fixed text as zlib compresses it")
    func codecIdentifier() throws {
        // Python's zlib module calls the same library with the parameters of the specification.
        let script = """
            import sys, zlib, hashlib
            sys.path.insert(0, sys.argv[1])
            vectors = __import__("make-vectors")
            text = vectors.codec_text()
            stream = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
            print(hashlib.sha256(text).hexdigest(), hashlib.sha256(stream.compress(text) + stream.flush()).hexdigest(),
                zlib.ZLIB_RUNTIME_VERSION)
            """
        let result = try Tool("python3", "-B", "-c", script, RepositoryRoot.vector("repository-database")).run()
        let words = result.text.split(whereSeparator: \.isWhitespace)
        try #require(words.count == 3, "\(result.complaint)")
        #expect(words[0] == (try Self.vectors().codecTextSHA256))
        #expect(words[1] == Codec.identifier.hex)
        #expect(words[2] == Codec.libraryVersion)
    }
}
