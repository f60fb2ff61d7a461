import Foundation
import TestSupport

@testable import RepositoryDirectory

/// What a reader of a directory finds under the names of one database.
struct ServedFiles: Equatable, CustomStringConvertible {
    var database: String?
    var databaseSignature: String?
    var files: String?
    var filesSignature: String?

    /// Reads them under the names `database` and `files`, with `.sig` for the signatures.
    init(_ folder: TemporaryDirectory, _ database: String, _ files: String) {
        func text(_ name: String) -> String? {
            guard let bytes = try? Data(contentsOf: URL(filePath: folder.path(name))) else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
        self.database = text(database)
        databaseSignature = text("\(database).sig")
        self.files = text(files)
        filesSignature = text("\(files).sig")
    }

    /// What `SignedDatabases.numbered` has in it.
    init(number: Int) {
        (database, files) = ("db \(number)", "files \(number)")
        (databaseSignature, filesSignature) = ("db sig \(number)", "files sig \(number)")
    }

    /// Nothing at all.
    init() {}

    var description: String {
        [database, databaseSignature, files, filesSignature].map { $0.map { "\($0.prefix(20))" } ?? "-" }
            .joined(separator: ", ")
    }
}

extension SignedDatabases {
    /// Four files that tell from which generation they are.
    static func numbered(_ number: Int) throws -> SignedDatabases {
        try SignedDatabases(
            database: Array("db \(number)".utf8), databaseSignature: Array("db sig \(number)".utf8),
            files: Array("files \(number)".utf8), filesSignature: Array("files sig \(number)".utf8))
    }
}
