import ByteCoding
import Cryptography
import JailRecords
import OpenPGPFormat
import Testing

@Suite("Verification records")
struct VerificationRecordTests {
    static var requests: [VerificationRequest] {
        get throws {
            let key = try Ed25519PublicKey(bytes: [UInt8](repeating: 1, count: 32))
            let signature = try Ed25519Signature(bytes: [UInt8](repeating: 2, count: 64))
            var hash = SHA256()
            hash.update([UInt8](repeating: 3, count: 100))
            let item = VerificationRequest.Item(state: hash.exportState(), signature: [4, 5])
            return [
                .gpgme(certificate: [1], content: [], signature: [2, 3]),
                .openSSL(certificate: [1], content: [4], signature: [2, 3]),
                .ed25519(key: key, content: [5], signature: signature),
                .packages(certificate: [1], items: [item, item]),
            ]
        }
    }

    @Test("a request reads back as itself, and not when cut or followed by more")
    func requests() throws {
        for (index, request) in try Self.requests.enumerated() {
            #expect(request.bytes[0] == UInt8(index + 1) && request.kind == request.bytes[0])
            #expect(try VerificationRequest(parsing: request.bytes) == request)
            for count in 0..<request.bytes.count {
                #expect(throws: ByteCodingError.self) {
                    try VerificationRequest(parsing: Array(request.bytes.prefix(count)))
                }
            }
            #expect(throws: ByteCodingError.self) { try VerificationRequest(parsing: request.bytes + [0]) }
        }
    }

    @Test("a request with a signed message says how long its certificate is, and is none of the others")
    func signedMessage() throws {
        let beginning = SignedMessageRequest.beginning(certificate: [1, 2, 3])
        #expect(beginning == [5, 0, 0, 0, 3, 1, 2, 3])
        let header = Array(beginning.prefix(SignedMessageRequest.headerByteCount))
        #expect(try SignedMessageRequest.certificateByteCount(afterHeader: header) == 3)
        for request in try Self.requests {
            #expect(try SignedMessageRequest.certificateByteCount(afterHeader: Array(request.bytes.prefix(5))) == nil)
        }
        #expect(throws: ByteCodingError.self) { try VerificationRequest(parsing: beginning) }
        #expect(throws: ByteCodingError.tooLarge(field: "certificate", limit: UInt64(Certificate.maximumByteCount))) {
            try SignedMessageRequest.certificateByteCount(afterHeader: [5, 0xff, 0xff, 0xff, 0xff])
        }
    }

    @Test("H14: a state whose tail is not the rest of its length is refused", arguments: [35, 37, 64, 128, 255])
    func hostileState(tailCount: UInt8) throws {
        var bytes = try Self.requests[3].bytes
        let position = 1 + 5 + 4 + 32 + 8
        #expect(bytes[position] == 36)
        bytes[position] = tailCount
        bytes += [UInt8](repeating: 0, count: 300)
        #expect(throws: ByteCodingError.self) { try VerificationRequest(parsing: bytes) }
    }

    @Test("a field longer than its limit is refused before anything is allocated")
    func limits() {
        #expect(throws: ByteCodingError.tooLarge(field: "certificate", limit: UInt64(Certificate.maximumByteCount))) {
            try VerificationRequest(parsing: [1, 0xff, 0xff, 0xff, 0xff])
        }
    }

    @Test("a response has 64 bytes and reads back as itself")
    func responses() throws {
        let verdict = SignatureVerdict(
            primaryFingerprint: try Fingerprint(bytes: [UInt8](repeating: 1, count: 20)),
            signingFingerprint: try Fingerprint(bytes: [UInt8](repeating: 2, count: 20)), creationTime: 3,
            expirationTime: 4)
        let outcomes: [SignatureVerification] = [
            .valid(verdict), .bad, .expiredSignature, .expiredKey, .revokedKey, .unknownKey, .malformed,
            .unsupportedAlgorithm,
        ]
        for (number, outcome) in outcomes.enumerated() {
            let response = VerificationResponse(kind: 1, outcome: outcome)
            #expect(response.bytes.count == 64)
            #expect(Array(response.bytes.prefix(8)) == Array("RSV1".utf8) + [1, UInt8(number), 0, 0])
            #expect(try VerificationResponse(parsing: response.bytes) == response)
        }
    }

    @Test("a response that is not valid yet names a key, or has an unknown outcome, is refused")
    func malformedResponses() {
        var bytes = VerificationResponse(kind: 2, outcome: .bad).bytes
        bytes[63] = 1
        #expect(throws: ByteCodingError.self) { try VerificationResponse(parsing: bytes) }
        bytes[63] = 0
        bytes[5] = 8
        #expect(throws: ByteCodingError.self) { try VerificationResponse(parsing: bytes) }
    }
}
