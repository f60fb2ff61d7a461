import Attestation
import Cryptography
import Foundation
import TestSupport
import Testing

private struct PAEVectors: Decodable {
    struct Vector: Decodable {
        var payloadType: String
        var body: String
        var bodyBase64: String
        var pae: String
        var paeLength: Int
    }
    var vectors: [Vector]
}

@Test("the pre-authentication encoding is the published one")
func publishedEncoding() throws {
    let file = URL(filePath: RepositoryRoot.vector("dsse/pae.json"))
    let vectors = try JSONDecoder().decode(PAEVectors.self, from: Data(contentsOf: file)).vectors
    #expect(vectors.count == 2)
    for vector in vectors {
        let body = Array(vector.body.utf8)
        let bytes = PreAuthenticationEncoding.bytes(payloadType: vector.payloadType, body: body)
        #expect(bytes == Array(vector.pae.utf8))
        #expect(bytes.count == vector.paeLength)
        #expect(Base64.encode(body) == vector.bodyBase64)
    }
}

@Test("lengths count bytes, not characters")
func byteLengths() {
    #expect(PreAuthenticationEncoding.bytes(payloadType: "é", body: Array("€".utf8)) == Array("DSSEv1 2 é 3 €".utf8))
}

private let sample = Envelope(payload: Array("{}?>".utf8), signature: [0xfb, 0xff, 0xfe, 1], keyID: "ABCD \"quoted\"")

@Test("an envelope is read back from its file")
func envelopeRoundTrip() throws {
    #expect(try Envelope(parsingDSSE: sample.dsseBytes) == sample)
    #expect(sample.signedBytes == Array("DSSEv1 28 application/vnd.in-toto+json 4 {}?>".utf8))
    #expect(sample.digest == SHA256.digest(of: sample.signedBytes))
}

@Test("an envelope of another tool is read: white space, other order, unknown fields, URL-safe base64 without padding")
func foreignEnvelopes() throws {
    let text = """
        { "extra" : [1, -2.5e+3, true, false, null, {"a": {"b": []}}], "signatures" : [ {
          "sig" : "-__-AQ", "cert": null, "keyid": "\\u0041\\ud83d\\ude00\\/" } ],
          "payloadType" : "application/vnd.in-toto\\u002bjson", "payload": "e30_Pg" }

        """
    let envelope = try Envelope(parsingDSSE: Array(text.utf8))
    #expect(envelope.payload == sample.payload)
    #expect(envelope.signature == sample.signature)
    #expect(envelope.keyID == "A😀/")
}

@Test("an envelope without a key hint is the same as one with an empty hint")
func absentHint() throws {
    let text = #"{"payload":"","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":""}]}"#
    #expect(try Envelope(parsingDSSE: Array(text.utf8)) == Envelope(payload: [], signature: []))
}

private let type = #""payloadType":"application/vnd.in-toto+json""#

@Test(
    "an envelope with a part too few, too many or malformed is an error that names it",
    arguments: [
        ("", "byte 0: expected '{'"),
        ("[]", "byte 0: expected '{'"),
        ("{}", "signatures: expected exactly one signature"),
        (#"{"payload":"",\#(type)}"#, "signatures: expected exactly one signature"),
        (#"{"payload":"",\#(type),"signatures":[]}"#, "signatures: expected exactly one signature"),
        (
            #"{"payload":"",\#(type),"signatures":[{"sig":"AA=="},{"sig":"AA=="}]}"#,
            "signatures: expected exactly one signature"
        ),
        (#"{\#(type),"signatures":[{"sig":"AA=="}]}"#, "payload: expected a value, not a missing field"),
        (#"{"payload":"",\#(type),"signatures":[{}]}"#, "signatures[0].sig: expected a value, not a missing field"),
        (#"{"payload":"","signatures":[{"sig":"AA=="}]}"#, #"payloadType: expected "application/vnd.in-toto+json""#),
        (
            #"{"payload":"","payloadType":"text/plain","signatures":[{"sig":""}]}"#,
            #"payloadType: expected "application/vnd.in-toto+json""#
        ),
        (#"{"payload":"A",\#(type),"signatures":[{"sig":""}]}"#, "payload: expected base64 in either alphabet"),
        (#"{"payload":"-_+/",\#(type),"signatures":[{"sig":""}]}"#, "payload: expected base64 in either alphabet"),
        (#"{"payload":"","payload":"",\#(type)}"#, "byte 23: expected an object that names each key once"),
        (#"{"payload":null}"#, "byte 11: expected '\"'"),
        (#"{"payload":"\ud800"}"#, "byte 12: expected surrogates in pairs"),
        (#"{"payload":"\ud800\u0041"}"#, "byte 12: expected surrogates in pairs"),
        (#"{"payload":"\udc00"}"#, "byte 12: expected surrogates in pairs"),
        (#"{"payload":"\x"}"#, "byte 12: expected an escape that JSON knows"),
        (#"{"payload":"\u00g0"}"#, "byte 16: expected four hexadecimal digits"),
        (#"{"payload":"\"#, "byte 13: expected an escape"),
        (#"{"payload":""#, "byte 12: expected '\"'"),
        (#"{"payload":"" "a"}"#, "byte 14: expected ',' or '}'"),
        (#"{"payload":"",}"#, "byte 14: expected '\"'"),
        (#"{"a":}"#, "byte 5: expected a value"),
        (#"{"a":[1,]}"#, "byte 8: expected a value"),
        ("{} x", "byte 3: expected the end"),
    ])
func malformedEnvelopes(text: String, complaint: String) {
    do {
        _ = try Envelope(parsingDSSE: Array(text.utf8))
        Issue.record("accepted")
    } catch {
        #expect("\(error)" == complaint)
    }
}

@Test("an envelope that is not UTF-8, too deep or too large is an error")
func hostileEnvelopes() {
    #expect(throws: AttestationError.malformedJSON(offset: 2, expected: "a string in UTF-8")) {
        try Envelope(parsingDSSE: Array("{\"".utf8) + [0xc3] + Array("\":1}".utf8))
    }
    let bomb = Array(("{\"a\":" + String(repeating: "[", count: 1_000_000)).utf8)
    #expect(throws: AttestationError.malformedJSON(offset: 20, expected: "less depth")) {
        try Envelope(parsingDSSE: bomb)
    }
    #expect(throws: AttestationError.tooLarge(field: "envelope", limit: 8)) {
        try Envelope(parsingDSSE: sample.dsseBytes, maximumBytes: 8)
    }
    let hint = Envelope(payload: [], signature: [], keyID: String(repeating: "k", count: 257))
    #expect(throws: AttestationError.tooLarge(field: "signatures[0].keyid", limit: 256)) {
        try Envelope(parsingDSSE: hint.dsseBytes)
    }
}

@Test("a mutated envelope is refused or read, and never traps")
func mutatedEnvelopes() {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let bytes = sample.dsseBytes
    for _ in 0..<3000 {
        let changed = Mutation.mutated(bytes, using: &random)
        guard let envelope = try? Envelope(parsingDSSE: changed) else { continue }
        #expect((try? Envelope(parsingDSSE: envelope.dsseBytes)) == envelope, "seed \(seed)")
    }
}

@Test("the envelope that openssl signed verifies over our encoding, and is written as it was read")
func opensslEnvelope() throws {
    let read = { (name: String) in
        try Array(Data(contentsOf: URL(filePath: RepositoryRoot.vector("statements/\(name)"))))
    }
    let file = try read("build-record.dsse.json")
    let envelope = try Envelope(parsingDSSE: file)
    #expect(envelope.payload == (try read("build-record.json")))
    #expect(envelope.dsseBytes == file)
    let key = try Ed25519PublicKey(parsingHex: envelope.keyID)
    #expect(key.isValidSignature(try Ed25519Signature(bytes: envelope.signature), over: envelope.signedBytes))
}
