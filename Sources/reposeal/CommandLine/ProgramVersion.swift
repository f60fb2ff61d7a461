import Cryptography
import RepositoryDatabase

/// What `reposeal --version` prints.
enum ProgramVersion {
    /// The program's own version.
    static let number = "0.1.0"

    /// The version, and what the bytes of a database depend on besides its entries.
    static var text: String { "reposeal \(number)\n\(codec)" }

    /// What the bytes of a database depend on besides its entries.
    static var codec: String {
        """
        codec \(Codec.identifier.hex)
        zlib \(Codec.libraryVersion)
        """
    }
}
