import BuilderTokens
import Cryptography
import Foundation
import HTTPTypes
import SchedulerDocuments
import TestSupport
import Testing
import UploadStore

@testable import SchedulerClient
@testable import SchedulerService

@Suite("Uploads by HTTP")
struct UploadRouteTests {
    private let fixture: CollectingFixture
    private let bytes: [UInt8]

    init() throws {
        fixture = try CollectingFixture()
        var random = SplitMix64(seed: 1)
        bytes = (0..<700_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private let uploads = "/api/v1/uploads"

    @Test(
        "a package comes in by parts, each where the one before ended, and lies in incoming at the end",
        .timeLimit(.minutes(5)))
    func whole() async throws {
        let package = try fixture.package(of: bytes)
        let address = "\(uploads)/\(package.uploadID)"
        try await fixture.serving { client in
            let begun = try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, package))
            #expect(begun.status == .created)
            #expect(begun.headers[.location] == address)
            for (start, end) in [(0, 300_000), (300_000, bytes.count)] {
                let head = try await client.execute(
                    uri: address, method: .head, headers: fixture.fields(.head, package))
                #expect(head.status == .ok)
                #expect(head.headers[Tus.offset] == "\(start)")
                #expect(head.headers[Tus.length] == "\(bytes.count)")
                let part = try await client.execute(
                    uri: address, method: .patch, headers: fixture.fields(.patch, package, offset: start),
                    body: Array(bytes[start..<end]))
                #expect(part.status == .noContent)
                #expect(part.headers[Tus.offset] == "\(end)")
            }
            // The next pass need not be waited for.
            await client.arrival()
        }
        #expect(fixture.files(in: "incoming") == ["\(package.sha256)/\(package.fileName)": bytes.count])
    }

    @Test("what came before a connection broke is kept, and the upload goes on behind it")
    func brokenConnection() async throws {
        let package = try fixture.package(of: bytes)
        let address = "\(uploads)/\(package.uploadID)"
        try await fixture.serving { client in
            _ = try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, package))
            let port = client.port
            let token = try fixture.token(.patch, package)
            let head = """
                PATCH \(address) HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r
                Content-Type: \(Tus.mediaType)\r\nContent-Length: \(bytes.count)\r\nAuthorization: Bearer \(token)\r\n\r\n
                """
            try fixture.folder.write("request", Array(head.utf8) + bytes[..<400_000])
            // Sends what there is and closes both ways.
            let file = fixture.folder.path("request")
            _ = try Tool("bash", "-c", "cat '\(file)' >/dev/tcp/localhost/\(port)").run()
            var offset: String?
            while offset == nil || offset == "0" {
                let head = try await client.execute(
                    uri: address, method: .head, headers: fixture.fields(.head, package))
                offset = head.headers[Tus.offset]
            }
            let start = try #require(offset.flatMap { Int($0) })
            #expect((1...400_000).contains(start))
            var rest = start
            while rest < bytes.count {
                let part = try await client.execute(
                    uri: address, method: .patch, headers: fixture.fields(.patch, package, offset: rest),
                    body: Array(bytes[rest...]))
                rest = try #require(part.headers[Tus.offset].flatMap { Int($0) })
            }
        }
        #expect(fixture.files(in: "incoming") == ["\(package.sha256)/\(package.fileName)": bytes.count])
    }

    /// A request that must be refused: what is wrong with it, and the problem that it ends with.
    struct BadRequest: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = HTTPRequest.Method.post
        var path = ""
        let kind: ProblemKind
        let change: @Sendable (CollectingFixture, UploadedPackage, inout HTTPFields) throws -> Void

        static func token(
            _ description: String, _ kind: ProblemKind,
            _ token: @escaping @Sendable (CollectingFixture, UploadedPackage) throws -> String
        ) -> BadRequest {
            BadRequest(testDescription: description, kind: kind) { fixture, package, fields in
                fields[.authorization] = "Bearer \(try token(fixture, package))"
            }
        }

        static func field(
            _ description: String, _ kind: ProblemKind, _ name: HTTPField.Name, _ value: String?
        ) -> BadRequest {
            BadRequest(testDescription: description, kind: kind) { $2[name] = value }
        }
    }

    static let badRequests: [BadRequest] = [
        .field("no token", .tokenInvalid, .authorization, nil),
        .field("another scheme", .tokenInvalid, .authorization, "Basic YTpi"),
        .field("no token behind the scheme", .tokenInvalid, .authorization, "Bearer "),
        .token("bytes that are no token", .tokenInvalid) { _, _ in "abc.def" },
        .token("an expired token", .tokenInvalid) { try $0.token(.post, $1, from: -120, to: -1) },
        .token("a token for later", .tokenInvalid) { try $0.token(.post, $1, from: 3000, to: 3060) },
        .token("a token for a day", .tokenInvalid) { try $0.token(.post, $1, from: 0, to: 86400) },
        .token("another builder's signature", .tokenInvalid) { try $0.token(.post, $1, signedBy: "builder2") },
        .token("a builder whom nobody knows", .tokenInvalid) { fixture, _ in
            try fixture.token(.post, fixture.package(of: [1], builder: "mallory"))
        },
        .token("a token of another scope", .tokenForSomethingElse) { try $0.token(.post, $1, scope: "approve") },
        .token("a token for another method", .tokenForSomethingElse) { try $0.token(.patch, $1) },
        .token("a token of another distribution", .tokenForSomethingElse) {
            try $0.token(.post, $1, distribution: .zeros)
        },
        .field("another version of tus", .tusVersion, Tus.resumable, "0.2.2"),
        .field("no version of tus", .tusVersion, Tus.resumable, nil),
        .field("another size than the token's", .invalidParameter, Tus.length, "6"),
        .field("no size", .invalidParameter, Tus.length, nil),
        BadRequest(testDescription: "an upload that was not begun", method: .head, path: "ID", kind: .notFound) {
            $2 = try $0.fields(.head, $1)
        },
        BadRequest(testDescription: "bytes for none", method: .patch, path: "ID", kind: .notFound) {
            $2 = try $0.fields(.patch, $1, offset: 0)
        },
        BadRequest(testDescription: "the end of none", method: .delete, path: "ID", kind: .notFound) {
            $2 = try $0.fields(.delete, $1)
        },
        BadRequest(testDescription: "a token for another", method: .patch, path: "ID", kind: .tokenForSomethingElse) {
            $2 = try $0.fields(.patch, $0.package(of: [1, 2, 3], name: "other"), offset: 0)
        },
        BadRequest(
            testDescription: "a path that climbs", method: .patch, path: "..%2f..%2fscheduler.json",
            kind: .tokenForSomethingElse
        ) { $2 = try $0.fields(.patch, $1, offset: 0) },
        BadRequest(testDescription: "another type", method: .patch, path: "ID", kind: .unsupportedType) {
            $2 = try $0.fields(.patch, $1, offset: 0)
            $2[.contentType] = "application/octet-stream"
        },
        BadRequest(testDescription: "an offset that is none", method: .patch, path: "ID", kind: .invalidParameter) {
            $2 = try $0.fields(.patch, $1, offset: 0)
            $2[Tus.offset] = "-1"
        },
        BadRequest(testDescription: "a method that none has", method: .put, path: "ID", kind: .methodNotAllowed) {
            _, _, _ in
        },
    ]

    @Test("a request that is not in order ends in its problem, and nothing is stored", arguments: badRequests)
    func refused(request: BadRequest) async throws {
        let package = try fixture.package(of: [1, 2, 3, 4, 5])
        var fields = try fixture.fields(.post, package)
        try request.change(fixture, package, &fields)
        let path = request.path.replacing("ID", with: package.uploadID.hex)
        let uri = path.isEmpty ? uploads : "\(uploads)/\(path)"
        let headers = fields
        try await fixture.serving { client in
            let answer = try await client.execute(uri: uri, method: request.method, headers: headers)
            #expect(answer.status == request.kind.status)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let hasBody = request.method != .head
            let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(answer.body))
            #expect(problem?.type == (hasBody ? request.kind.reference : nil))
        }
        #expect(fixture.files(in: "uploads").isEmpty && fixture.files(in: "incoming").isEmpty)
    }

    @Test("bytes from the wrong place, too many, and a file with another digest are refused")
    func wrongBytes() async throws {
        let package = try fixture.package(of: [1, 2, 3, 4, 5])
        let address = "\(uploads)/\(package.uploadID)"
        try await fixture.serving(packageSize: 5) { client in
            let large = try fixture.package(of: [1, 2, 3, 4, 5, 6])
            let refused = try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, large))
            #expect(refused.status == .contentTooLarge)
            _ = try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, package))
            func send(_ bytes: [UInt8], at offset: Int) async throws -> Curl.Answer {
                try await client.execute(
                    uri: address, method: .patch, headers: fixture.fields(.patch, package, offset: offset),
                    body: bytes)
            }
            let early = try await send([2], at: 1)
            #expect(early.status == .conflict && early.headers[Tus.offset] == "0")
            #expect(try await send([1, 2, 3, 4, 5, 6], at: 0).status == .contentTooLarge)
            #expect(try await send([5, 4, 3, 2, 1], at: 0).status == .unprocessableContent)
            #expect(try await send([1], at: 0).status == .notFound)
        }
        #expect(fixture.files(in: "uploads").isEmpty && fixture.files(in: "incoming").isEmpty)
    }

    @Test(
        "times are those of HTTP",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ])
    func dates(seconds: UInt64, text: String) {
        #expect(TusFields.date(seconds) == text)
    }

    @Test("what the disk refuses is logged with builder, upload and reason; what the sender does wrong is not")
    func diskErrors() async throws {
        let (package, lines) = (try fixture.package(of: bytes), LoggedLines())
        func begin(sparing: UInt64 = 0) async throws -> HTTPResponse.Status {
            try await fixture.serving(spareBytes: sparing, logger: lines.logger) { client in
                _ = try await client.execute(
                    uri: "\(uploads)/\(package.uploadID)", method: .patch,
                    headers: fixture.fields(.patch, package, offset: 7), body: [1])
                return try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, package))
                    .status
            }
        }
        func told() -> [String] { lines.lines.filter { $0.contains("\"upload not kept\"") } }
        #expect(try await begin(sparing: .max / 2).code == 507)
        try? FileManager.default.removeItem(atPath: fixture.folder.path("uploads"))
        try fixture.folder.write("uploads", text: "no folder")
        #expect(try await begin() == .serviceUnavailable)
        // The request to go on reads the record, too.
        #expect(told().count == 3, "\(lines.lines)")
        for line in told() {
            #expect(line.contains(#""builder":"builder1""#) && line.contains(#""upload":"\#(package.uploadID)""#))
            #expect(line.contains(#""level":"error""#) && line.contains(#""file":"\#(package.fileName)""#))
        }
        #expect(told().first?.contains(#""reason":"the disk of the scheduler has too little room"#) == true)
    }

    @Test("an upload that its builder gives up is gone, and what the server can is said to anybody")
    func givingUp() async throws {
        let package = try fixture.package(of: bytes)
        let address = "\(uploads)/\(package.uploadID)"
        try await fixture.serving { client in
            let options = try await client.execute(uri: uploads, method: .options)
            #expect(options.headers[Tus.extensions] == "creation,expiration,termination")
            _ = try await client.execute(uri: uploads, method: .post, headers: fixture.fields(.post, package))
            let gone = try await client.execute(
                uri: address, method: .delete, headers: fixture.fields(.delete, package))
            #expect(gone.status == .noContent)
        }
        #expect(fixture.files(in: "uploads").isEmpty)
    }
}
