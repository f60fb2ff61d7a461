import Cryptography
import RepositoryDatabase

/// What makes the bytes of a database here, in words that name no other module's types.
enum DatabaseCodec {
    static let identifier = Codec.identifier
    static let library = Codec.libraryVersion
}
