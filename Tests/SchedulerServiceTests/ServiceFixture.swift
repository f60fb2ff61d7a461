import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import SchedulerDirectory
import SchedulerSamples
import ServiceLifecycle
import Synchronization
import TestSupport

@testable import SchedulerService

/// The service over a real scheduler's directory, without an enclave.
struct ServiceFixture {
    let directory: SchedulerFixture
    let health = ServiceHealth()
    let metrics = PrometheusMetrics()

    /// Made once; nothing ends a value that lasts as long as the process, so what it left goes with the process.
    private static let made: Result<SchedulerFixture, any Error> = {
        atexit { if case .success(let made) = ServiceFixture.made { made.remove() } }
        return Result { try SchedulerFixture() }
    }()

    init(over directory: SchedulerFixture) { self.directory = directory }

    init() throws { self.init(over: try SchedulerFixture()) }

    /// A service over the one directory that every test leaves as it is.
    static func untouched() throws -> ServiceFixture { ServiceFixture(over: try made.get()) }

    func routes() throws -> ServiceRoutes {
        ServiceRoutes(
            reading: try directory.home(), health: health, metrics: metrics, version: "test",
            collecting: Collecting(into: try directory.home()))
    }

    /// A service, which keeps answers of its own.
    func responder(
        changing change: (inout ServiceRoutes) -> Void = { _ in }
    ) throws -> any HTTPResponder<ServiceContext> {
        var routes = try routes()
        change(&routes)
        return routes.router().buildResponder()
    }

    /// An answer of the service.
    struct Answer {
        let status: HTTPResponse.Status
        let headers: HTTPFields
        let body: [UInt8]
        /// What the service logged meanwhile: why it did not answer with more than a problem.
        let logged: [String]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What the service answers, asked without a connection; a new service, unless one is given.
    func answer(
        _ path: String, _ method: HTTPRequest.Method = .get, headers: HTTPFields = [:],
        by responder: (any HTTPResponder<ServiceContext>)? = nil,
        changing change: (inout ServiceRoutes) -> Void = { _ in }
    ) async throws -> Answer {
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer()))
        let lines = LoggedLines()
        let context = ServiceContext(
            source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: lines.logger))
        let asked = try responder ?? self.responder(changing: change)
        let response = try await asked.respond(to: request, context: context)
        let body = BodyBytes()
        try await response.body.write(body)
        return Answer(
            status: response.status, headers: response.headers, body: body.bytes, logged: lines.lines)
    }

    private struct BodyBytes: ResponseBodyWriter {
        final class Storage: Sendable {
            let bytes = Mutex<[UInt8]>([])
        }

        private let storage = Storage()
        var bytes: [UInt8] { storage.bytes.withLock { $0 } }

        func write(_ buffer: ByteBuffer) async throws {
            storage.bytes.withLock { $0 += Array(buffer.readableBytesView) }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    /// The service on a port that the system chooses, with some settings.
    func server(
        _ assignments: [String] = [], onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> SchedulerServer {
        let path = directory.folder.path
        let settings = try Settings(
            directory: path, assignments: ["http.listen=127.0.0.1:0"] + assignments, environment: [:], files: [])
        let configuration = try ServiceConfiguration(settings, directory: path)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return SchedulerServer(
            on: configuration.addresses[0], configuration, reading: try directory.home(),
            collecting: Collecting(
                into: try directory.home(), evidenceTime: .seconds(configuration.idleSeconds)), health: health,
            metrics: metrics, version: "test", logger: logger, onListening: onListening)
    }

    /// The document that a path answers with.
    func document<Document: Decodable>(_ type: Document.Type, _ path: String) async throws -> Document {
        let response = try await answer(path)
        guard response.status == .ok else {
            throw TestSupportError("\(path): \(response.text)\n\(response.logged.joined(separator: "\n"))")
        }
        return try JSONDecoder().decode(type, from: Data(response.body))
    }

    /// Runs a body while the service serves, and shuts it down as a signal does.
    func serving(_ assignments: [String] = [], _ body: (Int) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = try server(assignments) { continuation.yield($0) }
        try await server.running {
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw TestSupportError("the service does not listen") }
            try await body(port)
        }
    }
}
