import BuilderTokens
import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import SchedulerClient
import SchedulerDocuments
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import SchedulerService

@Suite("The client of a scheduler's service")
struct SchedulerClientTests {
    private let fixture: CollectingFixture
    private let package: UploadedPackage
    private let path: String

    /// What lies in incoming when all of the package came.
    private var whole: [String: Int] { ["\(package.sha256)/\(package.fileName)": Int(package.size)] }

    init() throws {
        fixture = try CollectingFixture()
        let bytes = [UInt8](repeating: 7, count: 6 << 20)
        package = try fixture.package(of: bytes)
        path = try fixture.folder.write("outside/\(package.fileName)", bytes)
    }

    /// A port on which nobody listens.
    private static let deadServer = "http://127.0.0.1:9"

    private func servers(_ texts: String...) throws -> [ServerAddress] {
        try texts.map { try ServerAddress(parsing: $0) }
    }

    private func authorize() -> @Sendable (String) throws -> SignedUploadToken {
        { [fixture, package] method in
            try SignedUploadToken(parsing: fixture.token(.init(method) ?? .get, package))
        }
    }

    @Test("a package goes to the next server where the first cannot be reached")
    func nextServer() async throws {
        try await fixture.serving(packageSize: 1 << 30) { server in
            try await SchedulerClient(servers(Self.deadServer, "http://localhost:\(server.port)"))
                .upload(path, as: package, authorize: authorize())
        }
        #expect(fixture.files(in: "incoming") == whole)
    }

    @Test("an upload that is cut off goes on where it stopped")
    func goesOn() async throws {
        let steps = Steps()
        try await fixture.serving(packageSize: 1 << 30) { server in
            let proxy = try CuttingProxy(to: server.port, after: 3 << 20, in: fixture.folder)
            defer { proxy.end() }
            try await SchedulerClient(servers("http://localhost:\(proxy.port)"))
                .upload(path, as: package, authorize: authorize(), progress: { steps.append($0) })
        }
        #expect(fixture.files(in: "incoming") == whole)
        let sent = steps.sent
        let falls = zip(sent, sent.dropFirst()).filter { $0.0 > $0.1 }
        #expect(!falls.isEmpty)
        #expect(falls.allSatisfy { $0.1 > 1 << 20 })
        #expect(sent.last == package.size)
    }

    @Test("what a server refuses for a reason is not asked again, there or elsewhere")
    func refused() async throws {
        let other = try fixture.package(of: [1, 2, 3], name: "other")
        try await fixture.serving { server in
            // Whoever asked again would do so for an hour.
            let client = SchedulerClient(
                try servers("http://localhost:\(server.port)", Self.deadServer), patience: .seconds(3600))
            let error = await #expect(throws: SchedulerClientError.self) {
                try await client.upload(path, as: other, authorize: authorize())
            }
            let refusal = try #require(error)
            #expect("\(refusal)".contains("answers 400: Upload-Length"))
            let evidence = await #expect(throws: SchedulerClientError.self) {
                _ = try await client.send(evidence: [0x7b])
            }
            let second = try #require(evidence)
            #expect("\(second)".contains("answers 400"))
        }
        #expect(fixture.files(in: "incoming").isEmpty)
    }

    /// Runs a body while a server of some routes listens.
    private func serving(
        _ add: (Router<BasicRequestContext>) -> Void, _ body: (ServerAddress) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        add(router)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await application.running(logger: logger) {
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(ServerAddress(parsing: "http://127.0.0.1:\(port)"))
        }
    }

    @Test("a server that takes bytes and stands where it stood is not sent to for ever") func standsStill() async throws
    {
        let answer: @Sendable (HTTPResponse.Status) -> Response = {
            Response(status: $0, headers: [Tus.offset: "0", Tus.resumable: "1.0.0"])
        }
        try await serving { router in
            router.post("api/v1/uploads") { _, _ in answer(.created) }
            router.on("api/v1/uploads/{id}", method: .patch) { request, _ in
                for try await _ in request.body {}
                return answer(.noContent)
            }
            router.on("api/v1/uploads/{id}", method: .head) { _, _ in answer(.ok) }
        } _: { server in
            let client = SchedulerClient([server], patience: .seconds(1))
            let error = await #expect(throws: SchedulerClientError.self) {
                try await client.upload(path, as: package, authorize: authorize())
            }
            let failure = try #require(error)
            #expect("\(failure)".contains("took the bytes from 0 on, but stands at 0 all the same"))
        }
    }

    @Test("a server that says when to come again is asked then, and no earlier") func comesAgain() async throws {
        let times = Mutex<[ContinuousClock.Instant]>([])
        try await serving { router in
            router.get("api/v1/submissions/{sha256}/custody/records") { _, _ in
                let count = times.withLock { times in
                    times.append(.now)
                    return times.count
                }
                return count < 3
                    ? Response(status: .serviceUnavailable, headers: [.retryAfter: "2"]) : Response(status: .notFound)
            }
        } _: { server in
            let found = try await SchedulerClient([server], patience: .seconds(600)).custodyRecords(of: .zeros)
            #expect(found == nil)
        }
        let asked = times.withLock { $0 }
        #expect(asked.count == 3)
        for (one, next) in zip(asked, asked.dropFirst()) { #expect(next - one >= .seconds(2)) }
    }

    @Test("while one server wants to be left alone, the others are asked") func leftAlone() async throws {
        let busy = Mutex(0)
        let other = Mutex(0)
        let path = "api/v1/submissions/{sha256}/custody/records"
        try await serving { router in
            router.get(RouterPath(path)) { _, _ in
                busy.withLock { $0 += 1 }
                return Response(status: .serviceUnavailable, headers: [.retryAfter: "3000"])
            }
        } _: { first in
            try await serving { router in
                router.get(RouterPath(path)) { _, _ in
                    let count = other.withLock { count in
                        count += 1
                        return count
                    }
                    return Response(status: count < 3 ? .internalServerError : .notFound)
                }
            } _: { second in
                let client = SchedulerClient([first, second], patience: .seconds(600))
                let found = try await client.custodyRecords(of: .zeros)
                #expect(found == nil)
            }
        }
        #expect(busy.withLock { $0 } == 1 && other.withLock { $0 } == 3)
    }

    @Test("a list whose pages do not end is not read for ever") func pages() async throws {
        try await serving { router in
            router.get("api/v1/submissions") { _, _ in #"{"submissions":[],"next":"1"}"# }
        } _: { server in
            let error = await #expect(throws: SchedulerClientError.self) {
                _ = try await SchedulerClient([server], patience: .milliseconds(500)).submissions()
            }
            let failure = try #require(error)
            #expect("\(failure)".contains("its pages of submissions do not end"))
        }
    }

    @Test("without any server the client gives up when its patience ends, and names them all")
    func patience() async throws {
        let error = await #expect(throws: SchedulerClientError.self) {
            let servers = try servers(Self.deadServer, "http://[::1]:9")
            _ = try await SchedulerClient(servers, patience: .milliseconds(300)).send(evidence: [])
        }
        let failure = try #require(error)
        #expect("\(failure)".hasPrefix("\(Self.deadServer), http://[::1]:9: none could be asked"))
    }

    @Test(
        "an address is https, or http on this machine, and nothing behind it",
        arguments: [
            ("https://a.example", true), ("https://a.example:8443/", true), ("http://127.0.0.1:7480", true),
            ("http://[::1]:7480", true), ("http://localhost", true), ("http://a.example", false),
            ("http://127.0.0.1.a.example", false), ("https://a.example/api", false), ("https://u:p@a.example", false),
            ("https://a.example?x=y", false), ("ftp://a.example", false), ("a.example", false), ("", false),
        ])
    func addresses(text: String, isTaken: Bool) {
        #expect(((try? ServerAddress(parsing: text)) != nil) == isTaken)
    }
}

extension Result where Failure == any Error {
    /// What a body comes to.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// What the client said of its progress.
private final class Steps: Sendable {
    private let steps = Mutex<[UploadStep]>([])

    var sent: [UInt64] { steps.withLock { $0.map(\.sent) } }

    func append(_ step: UploadStep) { steps.withLock { $0.append(step) } }
}

/// A proxy that ends the first connection on which so many bytes of the client came, and carries everything else.
private final class CuttingProxy {
    let port: Int
    private let process = Process()
    private let life = Pipe()

    init(to target: Int, after count: Int, in folder: TemporaryDirectory) throws {
        let script = """
            import contextlib, os, socket, sys, threading
            listener = socket.create_server(("127.0.0.1", 0))
            open(sys.argv[3], "w").write(str(listener.getsockname()[1]) + "\\n")
            limit, cut = int(sys.argv[2]), threading.Event()
            def carry(source, sink, is_cut):
                count = 0
                with contextlib.suppress(OSError):
                    while data := source.recv(65536):
                        sink.sendall(data)
                        count += len(data)
                        if is_cut and count >= limit and not cut.is_set():
                            cut.set()
                            break
                for end in (source, sink):
                    with contextlib.suppress(OSError): end.shutdown(socket.SHUT_RDWR)
            # Ends with the tests, however they end.
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("localhost", int(sys.argv[1])))
                threading.Thread(target=carry, args=(client, server, True), daemon=True).start()
                threading.Thread(target=carry, args=(server, client, False), daemon=True).start()
            """
        let file = folder.path("port")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, "\(target)", "\(count)", file]
        process.standardInput = life
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while !text.hasSuffix("\n") { text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
        port = Int(text.dropLast()) ?? 0
    }

    func end() { process.terminate() }
}
