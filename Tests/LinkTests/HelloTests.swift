import Cryptography
import Testing

@testable import Link

func hello(_ role: LinkRole, maximumMessageBytes: UInt64 = 1 << 20) -> Hello {
    Hello(
        role: role, maximumMessageBytes: maximumMessageBytes, codecID: SHA256.digest(of: [1]),
        codecLibrary: "zlib 1.2.13", programVersion: "1.0", logOrigin: "log.example/1", epoch: 4,
        logRoot: SHA256.digest(of: [2]), logSize: 77)
}

@Suite("The hello and the envelope of a message")
struct HelloTests {
    let nonce = [UInt8](repeating: 9, count: 8)

    @Test("a hello comes back as it was")
    func roundTrip() throws {
        let hello = hello(.enclave)
        #expect(try Hello(decoding: hello.encoded(nonce: nonce)) == hello)
    }

    @Test("the longest hello fits into one frame")
    func longest() throws {
        var hello = hello(.enclave)
        hello.codecLibrary = String(repeating: "é", count: 99)
        hello.programVersion = hello.codecLibrary
        hello.logOrigin = String(repeating: "x", count: 999)
        let encoded = hello.encoded(nonce: nonce)
        #expect(encoded.count <= Frame.maximumPayload)
        #expect(try Hello(decoding: encoded).logOrigin.count == 255)
    }

    @Test("a hello of another version is refused by naming both, whatever else it holds")
    func version() throws {
        var encoded = hello(.enclave).encoded(nonce: nonce)
        encoded[9] = 2
        encoded[11] = 3
        #expect(throws: LinkError.version(ours: 1...1, theirs: 2...3)) { try Hello(decoding: encoded) }
        #expect(throws: LinkError.version(ours: 1...1, theirs: 2...3)) {
            try Hello(decoding: Array(encoded.prefix(12)))
        }
    }

    @Test("a hello that also speaks later versions is understood")
    func range() throws {
        var encoded = hello(.enclave).encoded(nonce: nonce)
        encoded[11] = 7
        #expect(try Hello(decoding: encoded).role == .enclave)
    }

    @Test("a hello that was cut or grew is refused")
    func cut() throws {
        let encoded = hello(.enclave).encoded(nonce: nonce)
        for count in 0..<encoded.count {
            #expect(throws: LinkError.self) { try Hello(decoding: Array(encoded.prefix(count))) }
        }
        #expect(throws: LinkError.self) { try Hello(decoding: encoded + [0]) }
    }
}
