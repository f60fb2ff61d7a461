import Cryptography
import Testing

@testable import Link

func hello(_ role: LinkRole, maximumMessageBytes: UInt64 = 1 << 20) -> Hello {
    Hello(
        role: role, maximumMessageBytes: maximumMessageBytes, codecID: SHA256.digest(of: [1]),
        codecLibrary: "zlib 1.2.13", programVersion: "1.0", logOrigin: "log.example/1", epoch: 4,
        logRoot: SHA256.digest(of: [2]), logSize: 77)
}

func greeting(_ hello: Hello) -> Greeting { Greeting(hello: hello, nonce: 0x0908_0706_0504_0302, echo: 7) }

@Suite("The hello and the envelope of a message")
struct HelloTests {

    @Test("a hello comes back as it was")
    func roundTrip() throws {
        var hello = hello(.enclave)
        #expect(try Greeting(decoding: greeting(hello).encoded) == greeting(hello))
        hello.partial = PartialMessage(identity: SHA256.digest(of: [3]), byteCount: 65_536)
        #expect(try Greeting(decoding: greeting(hello).encoded) == greeting(hello))
    }

    @Test("the longest hello fits into one frame")
    func longest() throws {
        var hello = hello(.enclave)
        hello.codecLibrary = String(repeating: "é", count: 99)
        hello.programVersion = hello.codecLibrary
        hello.logOrigin = String(repeating: "x", count: 999)
        hello.partial = PartialMessage(identity: SHA256.digest(of: [3]), byteCount: .max)
        let encoded = greeting(hello).encoded
        #expect(encoded.count <= Frame.maximumPayload)
        #expect(try Greeting(decoding: encoded).hello.logOrigin.count == 255)
    }

    @Test("texts that are too long are cut between characters, and still fit", arguments: ["é", "€", "😀", "\u{fffd}"])
    func cutTexts(character: String) throws {
        var hello = hello(.enclave)
        for prefix in ["", "x", "xx", "xxx"] {
            hello.codecLibrary = prefix + String(repeating: character, count: 99)
            let read = try Greeting(decoding: greeting(hello).encoded).hello.codecLibrary
            #expect(hello.codecLibrary.hasPrefix(read))
            #expect(32 - character.utf8.count < read.utf8.count && read.utf8.count <= 32)
        }
    }

    @Test("a hello of another version is refused by naming both, whatever else it holds")
    func version() throws {
        var encoded = greeting(hello(.enclave)).encoded
        encoded[9] = 3
        encoded[11] = 4
        #expect(throws: LinkError.version(ours: 2...2, theirs: 3...4)) { try Greeting(decoding: encoded) }
        #expect(throws: LinkError.version(ours: 2...2, theirs: 3...4)) {
            try Greeting(decoding: Array(encoded.prefix(12)))
        }
    }

    @Test("a hello that also speaks later versions is understood")
    func range() throws {
        var encoded = greeting(hello(.enclave)).encoded
        encoded[11] = 7
        #expect(try Greeting(decoding: encoded).hello.role == .enclave)
    }

    @Test("a hello that was cut or grew is refused")
    func cut() throws {
        let encoded = greeting(hello(.enclave)).encoded
        for count in 0..<encoded.count {
            #expect(throws: LinkError.self) { try Greeting(decoding: Array(encoded.prefix(count))) }
        }
        #expect(throws: LinkError.self) { try Greeting(decoding: encoded + [0]) }
    }
}
