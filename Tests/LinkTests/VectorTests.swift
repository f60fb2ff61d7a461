import Cryptography
import Foundation
import TestSupport
import Testing

@testable import Link

@Suite("Frames made by another implementation")
struct VectorTests {
    let vectors: [String: String]

    init() throws {
        let data = try Data(contentsOf: URL(filePath: RepositoryRoot.vector("protocol/vectors.json")))
        vectors = try JSONDecoder().decode([String: String].self, from: data)
    }

    private func vector(_ name: String) throws -> [UInt8] { bytes(hex: try #require(vectors[name])) }

    private func frame(_ name: String) throws -> Frame {
        var decoder = FrameDecoder()
        let frames = try decoder.frames(in: try vector(name))
        return try #require(frames.first)
    }

    @Test("are read as they were meant and written the same")
    func frames() throws {
        let message = Message(.answer, content: Array("content".utf8), body: EncodedBody(identity: [4]))
        let answer = MessageHead(of: message, resumingAt: 0)
        let expected = [
            "reset": Frame(type: .reset, sequence: 0, acknowledgement: 0, payload: Array("busy".utf8)),
            "acknowledgement": Frame(type: .acknowledgement, sequence: 0, acknowledgement: 7),
            "gap": Frame(type: .negativeAcknowledgement, sequence: 9, acknowledgement: 7, payload: [5, 0x80]),
            "longFrame": Frame(
                type: .data, sequence: 1, acknowledgement: 2, payload: Array(1...255) + Array(0...255)),
            "answerMessage": Frame(
                type: .data, flags: 3, sequence: 0, acknowledgement: 1,
                payload: answer.encoded + [4]),
        ]
        for (name, frame) in expected {
            #expect(try self.frame(name) == frame, "\(name)")
            #expect(frame.wireBytes == (try vector(name)), "\(name)")
        }
    }

    @Test("a hello is read field by field and written the same")
    func hello() throws {
        let payload = try frame("hello").payload
        let greeting = try Greeting(decoding: payload)
        let expected = Hello(
            role: .scheduler, maximumMessageBytes: 1 << 26,
            codecID: try SHA256Digest(bytes: [UInt8](repeating: 0x11, count: 32)), codecLibrary: "zlib 1.2.13",
            programVersion: "1.0", logOrigin: "log.example", epoch: 1,
            logRoot: try SHA256Digest(bytes: [UInt8](repeating: 0x22, count: 32)), logSize: 77,
            partial: PartialMessage(
                identity: try SHA256Digest(bytes: [UInt8](repeating: 0x55, count: 32)), byteCount: 65_536))
        #expect(greeting == Greeting(hello: expected, nonce: 0x0001_0203_0405_0607, echo: 0))
        #expect(greeting.encoded == payload)
    }
}
