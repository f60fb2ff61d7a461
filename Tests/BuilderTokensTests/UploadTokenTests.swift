import Attestation
import BuilderTokens
import Cryptography
import Foundation
import Policy
import TestSupport
import Testing

@Suite("Upload tokens")
struct UploadTokenTests {
    @Test(
        "a builder's own token is admitted from its first second to its last",
        arguments: [Builders.now - 60, Builders.now, Builders.now + 60])
    func admitted(time: UInt64) throws {
        let token = try Builders.token()
        #expect(try Builders.verdict(on: token, at: time) == .admitted(token))
    }

    @Test("a token outside its window is refused", arguments: [(-61, TokenRefusal.notYetValid), (61, .expired)])
    func outsideTheWindow(offset: Int, refusal: TokenRefusal) throws {
        let time = UInt64(Int(Builders.now) + offset)
        #expect(try Builders.verdict(on: Builders.token(), at: time) == .refused(refusal))
    }

    @Test("a window is an hour at most, and has an end after its beginning")
    func windows() throws {
        let now = Builders.now
        let hour = try Builders.token(from: now, to: now + 3600)
        #expect(try Builders.verdict(on: hour) == .admitted(hour))
        #expect(try Builders.verdict(on: Builders.token(from: now, to: now + 3601)) == .refused(.windowTooLong))
        #expect(try Builders.verdict(on: Builders.token(from: now, to: now - 1)) == .refused(.windowTooLong))
    }

    @Test("a token gives no right to anything else than it says")
    func bounds() throws {
        #expect(try Builders.verdict(on: Builders.token(method: "DELETE")) == .refused(.anotherMethod))
        #expect(try Builders.verdict(on: Builders.token(scope: "approve")) == .refused(.anotherScope))
        #expect(try Builders.verdict(on: Builders.token(distribution: .zeros)) == .refused(.anotherDistribution))
    }

    @Test("only the builder's own key signs for it, and only a builder of the policy")
    func signers() throws {
        #expect(try Builders.verdict(on: Builders.token(), signedBy: "builder2") == .refused(.signatureInvalid))
        let stranger = try Builders.token(builder: "mallory")
        #expect(try Builders.verdict(on: stranger, signedBy: "mallory") == .refused(.unknownBuilder))
    }

    @Test("nothing of a token with a wrong signature is answered, not even that it is late")
    func signatureFirst() throws {
        let late = try Builders.token(scope: "approve", method: "GET", distribution: .zeros, from: 0, to: 1)
        #expect(try Builders.verdict(on: late, signedBy: "builder2") == .refused(.signatureInvalid))
    }

    @Test("the signature is over a type of its own, so that no other signature of a builder is a token")
    func domain() throws {
        let token = try Builders.token()
        let bare = try Builders.key("builder1").sign(token.canonicalBytes)
        let foreign = try Builders.key("builder1").sign(
            PreAuthenticationEncoding.bytes(payloadType: Envelope.payloadType, body: token.canonicalBytes))
        let policy = try Builders.policy()
        for signature in [bare, foreign] {
            let text = "\(base64url(token.canonicalBytes)).\(base64url(signature.bytes))"
            let verdict = try SignedUploadToken(parsing: text)
                .verdict(under: policy, distribution: policy.digest, method: "PATCH", now: Builders.now)
            #expect(verdict == .refused(.signatureInvalid))
        }
    }

    @Test("one token has one text: no padding, no other alphabet, no other order, no further field")
    func oneText() throws {
        let token = try Builders.token()
        let data = String(decoding: token.canonicalBytes, as: UTF8.self)
        let signature = String(repeating: "A", count: 86)
        _ = try SignedUploadToken(parsing: "\(base64url(token.canonicalBytes)).\(signature)")
        let others = [
            "", ".", "a.b.c", data, "\(base64url(token.canonicalBytes)).\(signature)==",
            "\(base64url(token.canonicalBytes)).\(signature).", "\(base64url(token.canonicalBytes)).\(signature)A",
            "\(base64url(token.canonicalBytes)) .\(signature)", "\(base64url(Array((data + " ").utf8))).\(signature)",
            "\(base64url(Array(data.replacing("{", with: "{\"admin\":\"yes\",").utf8))).\(signature)",
            "\(base64url(Array(data.replacing("\"5\"", with: "\"05\"").utf8))).\(signature)",
            "\(base64url(Array(data.replacing("\"5\"", with: "\"0\"").utf8))).\(signature)",
            "\(base64url(Array(data.replacing("hello-1.0", with: "../hello-1.0").utf8))).\(signature)",
            String(repeating: "A", count: 100_000),
        ]
        for text in others {
            #expect(throws: BuilderTokenError.self, "\(text.prefix(200))") { try SignedUploadToken(parsing: text) }
        }
    }

    @Test("no damaged token is admitted")
    func damage() throws {
        var random = SplitMix64(seed: .random(in: 0 ... .max))
        let seed = random
        let policy = try Builders.policy()
        let text = try SignedUploadToken(signing: Builders.token(), with: Builders.key("builder1")).text
        for _ in 0..<2000 {
            let damaged = String(decoding: Mutation.mutated(Array(text.utf8), using: &random), as: UTF8.self)
            guard damaged != text, let token = try? SignedUploadToken(parsing: damaged) else { continue }
            let verdict = token.verdict(
                under: policy, distribution: policy.digest, method: "PATCH", now: Builders.now)
            #expect([.refused(.signatureInvalid), .refused(.unknownBuilder)].contains(verdict), "\(seed)")
        }
    }

    @Test("uploads that differ in builder, name, digest or size have different addresses")
    func addresses() throws {
        let packages = [
            try Builders.package(), try Builders.package(builder: "builder2"),
            try Builders.package(fileName: "hello-1.0-2-any.pkg.tar.zst"), try Builders.package(content: "other"),
            try Builders.package(size: 6),
        ]
        #expect(Set(packages.map(\.uploadID)).count == packages.count)
    }

    private func base64url(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
