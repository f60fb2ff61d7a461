import ByteCoding
import Cryptography
import Descriptors
import JailClients
import JailRecords
import OpenPGPFormat

/// Checks the signature in file 3 over file 2 by the certificate in file 1, as the monitor does, and prints the outcome.
func verify(program: String, files: [String]) {
    do {
        let bytes = try files.map { try Descriptor.reading($0).readToEnd(limit: 1 << 27) }
        let outcome = try VerifierJail(program: program)
            .verify(openPGPSignature: bytes[2], over: bytes[1], certificate: bytes[0])
        if case .valid(let verdict) = outcome {
            print("valid \(verdict.primaryFingerprint) \(verdict.signingFingerprint)")
        } else {
            print(outcome)
        }
    } catch {
        print("error: \(error)")
    }
}

/// Inflates a file to a length, as the monitor does with what it is sent, and prints how that went.
func inflate(program: String, file: String, length: UInt32) {
    do {
        let stream = FilePieces(try Descriptor.reading(file))
        let body = try VerifierJail(program: program).inflate(stream, length: length, dictionary: Array("again".utf8))
        var (hash, count) = (SHA256(), 0)
        while true {
            let piece = body.next()
            if piece.isEmpty { break }
            hash.update(piece)
            count += piece.count
        }
        try body.finish()
        print("\(count) bytes, \(hash.finalize())")
    } catch {
        print("error\((error as? JailClientError)?.isOurs == true ? " of ours" : ""): \(error)")
    }
}

private final class FilePieces: ByteSource {
    private let file: Descriptor

    init(_ file: consuming Descriptor) { self.file = file }

    func next() -> [UInt8] { (try? file.read(atMost: 100_000)) ?? [] }
}

/// Asks the broker at a socket for the self test of a key, as the monitor does.
func askBroker(socket: String, fingerprint: String) {
    do {
        let connection = try BrokerConnection(socketPath: socket)
        let key = KeySelector.openPGP(try Fingerprint(parsingHex: fingerprint))
        print("signed \(try connection.signSelfTest(key: key, job: SHA256.digest(of: [])).count) bytes")
    } catch {
        print("error: \(error)")
    }
}

/// A verifier that was taken over: it calls every signature valid when asked as gpg, and bad when asked as OpenSSL.
func lie(about request: [UInt8]) throws {
    let someone = try Fingerprint(bytes: [UInt8](repeating: 1, count: Fingerprint.byteCount))
    let valid = SignatureVerification.valid(
        SignatureVerdict(primaryFingerprint: someone, signingFingerprint: someone, creationTime: 1, expirationTime: nil)
    )
    let response = VerificationResponse(kind: request[0], outcome: request[0] == 1 ? valid : .bad)
    try Descriptor(adopting: 1).writeAll(response.bytes)
}
