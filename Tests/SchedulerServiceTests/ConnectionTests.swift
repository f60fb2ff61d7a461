import Foundation
import HTTPTypes
import Logging
import SchedulerDocuments
import ServiceLifecycle
import TestSupport
import Testing

@testable import SchedulerService

@Suite("Connections to the service", .timeLimit(.minutes(10)))
struct ConnectionTests {
    /// What somebody sends, and what it is answered with.
    struct Bytes: CustomTestStringConvertible {
        let testDescription: String
        let bytes: String
        let kind: ProblemKind

        init(_ name: String, _ bytes: String, _ kind: ProblemKind) {
            (testDescription, self.bytes, self.kind) = (name, bytes, kind)
        }
    }

    private static let long = String(repeating: "x", count: 20_000)

    let world: ServiceFixture

    init() throws { world = try .untouched() }

    /// What the service sends back for these bytes until it closes the connection.
    private func answer(to bytes: String, port: Int) async throws -> String {
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/\(port)
            cat >&3
            cat <&3
            """
        return try await Background { try Tool("bash", "-c", script).run(input: Data(bytes.utf8)).text }.value
    }

    private func isProblem(_ kind: ProblemKind, _ answer: String) throws -> Bool {
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        let body = try #require(parts.last)
        let problem = try JSONDecoder().decode(ProblemDocument.self, from: Data(body.utf8))
        return answer.hasPrefix("HTTP/1.1 \(kind.status.code) ") && problem.type == kind.reference
            && answer.lowercased().contains("content-type: application/problem+json\r\n")
    }

    @Test(
        "what is no request, or too much of one, gets its problem and the end of the connection",
        arguments: [
            Bytes("no HTTP", "nonsense\r\n\r\n", .malformedRequest),
            Bytes("a version that is none", "GET / HTTP/9.9\r\n\r\n", .malformedRequest),
            Bytes("a length that is none", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", .malformedRequest),
            Bytes(
                "two lengths", "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                .malformedRequest),
            Bytes("a long field", "GET / HTTP/1.1\r\nX: \(long)\r\n\r\n", .headTooLarge),
            Bytes("a long path", "GET /\(long) HTTP/1.1\r\n\r\n", .headTooLarge),
            Bytes("a body", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nxx", .bodyTooLarge),
            Bytes(
                "a body for nothing", "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nxx", .notFound
            ),
            Bytes(
                "chunks", "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
                .bodyTooLarge),
        ])
    func refused(bytes: Bytes) async throws {
        try await world.serving { port in
            let answer = try await answer(to: bytes.bytes, port: port)
            #expect(try isProblem(bytes.kind, answer), "\(answer)")
        }
    }

    @Test("a head that never ends gets its problem in time", arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nX: y\r\n"])
    func slow(bytes: String) async throws {
        try await world.serving(["http.idleSeconds=1"]) { port in
            let answer = try await answer(to: bytes, port: port)
            #expect(try isProblem(.requestTimeout, answer), "\(answer)")
        }
    }

    @Test("evidence that comes byte by byte gets its problem in time, and the end of the connection")
    func slowEvidence() async throws {
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/$1
            printf 'POST /api/v1/evidence HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' >&3
            printf 'Content-Length: 100000\r\n\r\n' >&3
            for _ in {1..6000}; do printf x >&3 || break; sleep 0.1; done >/dev/null 2>&1 &
            cat <&3
            kill $!
            """
        try await world.serving(["http.idleSeconds=1"]) { port in
            let answer = try await Background { try Tool("bash", "-c", script, "bash", "\(port)").run().text }.value
            #expect(try isProblem(.requestTimeout, answer), "\(answer)")
        }
    }

    @Test("many requests come one after another on one connection")
    func keptOpen() async throws {
        let get = "GET /healthz HTTP/1.1\r\nHost: x\r\n"
        try await world.serving { port in
            let bytes = "\(get)\r\n\(get)\r\n\(get)Connection: close\r\n\r\n"
            let answers = try await answer(to: bytes, port: port)
            #expect(answers.split(separator: "HTTP/1.1 200 OK").count == 3)
            #expect(answers.hasSuffix("ok\n"))
        }
    }
}
