import Cryptography
import OpenPGPFormat
import TestSupport
import Testing

@Suite("Malformed OpenPGP data")
struct MalformedTests {
    private static let content: [UInt8] = [1, 2, 3]
    private static let now: UInt64 = 1_700_100_000

    private static func signature() throws -> [UInt8] {
        try OwnKey.ed25519.sign(content, OwnKey.ed25519.template(creationTime: UInt32(now) - 60, validitySeconds: 3600))
    }

    /// The body of a well-formed Ed25519 signature packet, with parts to replace.
    private static func body(
        version: UInt8 = 4, algorithm: UInt8 = 22, hash: UInt8 = 8, hashed: [UInt8] = [5, 2, 0, 0, 0, 1],
        unhashed: [UInt8] = [], numbers: [UInt8] = [0, 1, 1, 0, 1, 1]
    ) -> [UInt8] {
        [version, 0, algorithm, hash, 0, UInt8(hashed.count)] + hashed + [0, UInt8(unhashed.count)] + unhashed + [9, 9]
            + numbers
    }

    private static func packet(_ body: [UInt8]) -> [UInt8] { [0x88, UInt8(body.count)] + body }

    @Test("the well-formed one parses, in both header formats")
    func wellFormed() throws {
        let body = Self.body()
        let old = try SignaturePacket(parsing: Self.packet(body))
        #expect(try SignaturePacket(parsing: [0xC2, UInt8(body.count)] + body) == old)
        #expect(try SignaturePacket(parsing: [0xC2, 255, 0, 0, 0, UInt8(body.count)] + body) == old)
        #expect(old.creationTime == 1 && old.expirationTime == nil && old.issuerKeyID == nil)
    }

    @Test(
        "each fault is named",
        arguments: [
            ([0x08, 0], "the packet header is not an OpenPGP packet's"),
            ([0x8B] + body(), "the packet length is not definite"),
            ([0xC2, 224] + body(), "the packet length is not definite"),
            ([0x88, 200, 4], "the packet is not complete"), ([0x88], "the packet length is not complete"),
            ([0xC2, 255, 255, 255, 255, 255, 0], "the packet is not complete"),
            ([0xB4, 1, 65], "the detached signature is not exactly one signature packet"),
            (packet(body(version: 3)), "the signature version is not 4"),
            (packet(body(version: 6)), "the signature version is not 4"),
            (packet(body(algorithm: 17)), "the signature algorithm is number 17, which is not accepted"),
            (packet(body(hash: 2)), "the hash algorithm is number 2, which is not accepted"),
            (packet(body(hash: 1)), "the hash algorithm is number 1, which is not accepted"),
            (packet(body(hashed: [])), "the signature creation time is not in the hashed area"),
            (
                packet(body(hashed: [], unhashed: [5, 2, 0, 0, 0, 1])),
                "the signature creation time is not in the hashed area"
            ),
            (
                packet(body(hashed: [5, 2, 0, 0, 0, 1, 5, 2, 0, 0, 0, 1])),
                "the signature creation time is not stated once"
            ),
            (packet(body(hashed: [4, 2, 0, 0, 1])), "the signature creation time is not four bytes"),
            (packet(body(hashed: [0])), "the subpacket is not one with a type"),
            (packet(body(hashed: [9, 2, 0])), "the subpacket is not complete"),
            (packet(body(hashed: [255, 255, 255, 255, 255, 2])), "the subpacket is not complete"),
            (packet(body(hashed: [5, 2, 0, 0, 0, 1, 1, 0xE4])), "the critical subpacket is not of a known type"),
            (packet(body(unhashed: [1, 0xE4])), "the critical subpacket is not of a known type"),
            (packet(body(hashed: [5, 2, 0, 0, 0, 1, 1, 0x94])), "the critical subpacket is not of a known type"),
            (
                packet(body(hashed: [5, 2, 0, 0, 0, 1, 2, 33, 6])),
                "the issuer fingerprint is not that of a version 4 key"
            ),
            (packet(body(hashed: [5, 2, 0, 0, 0, 1, 2, 33, 4])), "the fingerprint is not 20 bytes"),
            (packet(body(hashed: [5, 2, 0, 0, 0, 1, 1, 20])), "the notation flags is not complete"),
            (packet(body(numbers: [0, 0, 0, 1, 1])), "the EdDSA point is not an integer of 1 to 256 bits"),
            (packet(body(numbers: [1, 1, 0, 1, 1])), "the EdDSA point is not an integer of 1 to 256 bits"),
            (
                packet(body(numbers: [0, 2, 1, 0, 1, 1])),
                "the EdDSA point is not an integer of as many bits as it states"
            ),
            (packet(body(numbers: [0, 1, 1])), "the EdDSA scalar is not complete"),
            (packet(body(numbers: [0, 1, 1, 0, 1, 1, 0])), "the signature packet is not free of bytes after its end"),
        ] as [([UInt8], String)])
    func faults(bytes: [UInt8], message: String) {
        let error = #expect(throws: OpenPGPError.self) { try SignaturePacket(parsing: bytes) }
        #expect(error?.description == message)
    }

    @Test("a signature of more than 16 KiB is refused")
    func tooLarge() {
        #expect(throws: OpenPGPError.self) { try SignaturePacket(parsing: [UInt8](repeating: 0x88, count: 16_385)) }
    }

    @Test("a changed signature is refused, or says what it said before", arguments: 0..<40 as Range<UInt64>)
    func mutatedSignatures(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let certificate = try OwnKey.ed25519.certificate()
        let original = try Self.signature()
        let verdict = certificate.verify(signature: original, over: .bytes(Self.content), at: Self.now)
        var acceptedCount = 0
        for _ in 0..<100 {
            let mutated = Self.mutate(original, using: &generator)
            let outcome = certificate.verify(signature: mutated, over: .bytes(Self.content), at: Self.now)
            guard case .valid = outcome else { continue }
            acceptedCount += 1
            #expect(outcome == verdict, "seed \(seed)")
        }
        #expect(acceptedCount < 50, "seed \(seed)")
    }

    @Test("a changed certificate never makes another's signature valid", arguments: 0..<40 as Range<UInt64>)
    func mutatedCertificates(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let certificate = try OwnKey.ed25519.certificate()
        let signature = try Self.signature()
        for _ in 0..<50 {
            let mutated = Self.mutate(certificate.bytes, using: &generator)
            guard let parsed = try? Certificate(parsing: mutated) else { continue }
            let outcome = parsed.verify(signature: signature, over: .bytes(Self.content), at: Self.now)
            if parsed.fingerprint != certificate.fingerprint { #expect(outcome == .unknownKey, "seed \(seed)") }
            #expect(
                parsed.verify(signature: signature, over: .bytes([9]), at: Self.now) != outcome
                    || outcome == .unknownKey, "seed \(seed)")
        }
    }

    @Test("every cut of a certificate is refused")
    func cutCertificates() throws {
        let bytes = try OwnKey.ed25519.certificate().bytes
        for count in 0..<bytes.count {
            #expect(throws: OpenPGPError.self) { try Certificate(parsing: Array(bytes.prefix(count))) }
        }
    }

    /// Changes, removes, repeats or inserts a few bytes.
    private static func mutate(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var mutated = bytes
        for _ in 0...Int.random(in: 0...2, using: &generator) where !mutated.isEmpty {
            let position = Int.random(in: 0..<mutated.count, using: &generator)
            switch Int.random(in: 0...4, using: &generator) {
            case 0: mutated[position] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 1: mutated[position] = UInt8.random(in: 0...255, using: &generator)
            case 2: mutated.remove(at: position)
            case 3: mutated.insert(UInt8.random(in: 0...255, using: &generator), at: position)
            default: mutated.append(contentsOf: mutated[position...].prefix(40))
            }
        }
        return mutated
    }

    @Test(
        "a fingerprint has 40 hexadecimal digits of either case",
        arguments: [
            "", "00", String(repeating: "g", count: 40), String(repeating: "0", count: 41),
            "0x" + String(repeating: "0", count: 38), String(repeating: "٠", count: 20),
        ])
    func badFingerprints(text: String) {
        #expect(throws: OpenPGPError.self) { try Fingerprint(parsingHex: text) }
    }

    @Test("a fingerprint is printed in upper case and its key ID is its end")
    func fingerprint() throws {
        let text = "00112233445566778899aabbccddeeff00112233"
        let fingerprint = try Fingerprint(parsingHex: text)
        #expect(fingerprint.hex == text.uppercased())
        #expect(try Fingerprint(parsingHex: fingerprint.hex) == fingerprint)
        #expect(Hex.encode(fingerprint.keyID) == "ccddeeff00112233")
    }
}
