import Cryptography

/// Bytes that are overwritten when nobody holds them any more.
final class Secret {
    private(set) var bytes: [UInt8]

    init(_ bytes: consuming [UInt8]) { self.bytes = bytes }

    deinit { wipe(&bytes) }
}
