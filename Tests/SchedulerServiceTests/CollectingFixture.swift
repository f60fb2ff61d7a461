import ALPMTypes
import Attestation
import BuilderTokens
import Cryptography
import Descriptors
import EvidenceSigning
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import ServiceLifecycle
import TestSupport
import UploadStore

@testable import SchedulerClient
@testable import SchedulerService

/// A scheduler's directory whose policy knows two builders, and the routes by which things come in.
struct CollectingFixture {
    let folder: TemporaryDirectory
    let distribution: SHA256Digest

    init() throws {
        folder = try TemporaryDirectory()
        let requestKey = try MachineKeyFile.generate(at: folder.path("request.key"))
        let policy = try BuilderPolicy.bytes(requestKey: requestKey)
        try folder.write("policy.json", policy)
        distribution = SHA256.digest(of: policy)
        try folder.write(
            "scheduler.json",
            text: """
                {"enclave": "unix:no-enclave", "policy": "policy.json", "schedulerID": "scheduler", \
                "requestKey": "request.key"}
                """)
    }

    // MARK: Packages and tokens

    func package(of bytes: [UInt8], builder: String = "builder1", name: String = "hello") throws -> UploadedPackage {
        UploadedPackage(
            builder: try SignerID(parsing: builder),
            fileName: try PackageFileName(parsing: "\(name)-1.0-1-any.pkg.tar.zst"), sha256: SHA256.digest(of: bytes),
            size: UInt64(bytes.count))
    }

    func token(
        _ method: HTTPRequest.Method, _ package: UploadedPackage, scope: String = UploadToken.scope,
        signedBy name: String? = nil, from: Int = -60, to: Int = 3000, distribution: SHA256Digest? = nil
    ) throws -> String {
        let now = Int(SystemClock.realtimeSeconds())
        let token = UploadToken(
            scope: scope, method: method.rawValue, package: package,
            distribution: distribution ?? self.distribution, notBefore: UInt64(now + from), notAfter: UInt64(now + to))
        return try SignedUploadToken(signing: token, with: BuilderPolicy.key(name ?? package.builder.text)).text
    }

    func fields(
        _ method: HTTPRequest.Method, _ package: UploadedPackage, offset: Int? = nil, token: String? = nil
    ) throws -> HTTPFields {
        var fields: HTTPFields = [
            Tus.resumable: "1.0.0", .authorization: "Bearer \(try token ?? self.token(method, package))",
        ]
        if method == .post { fields[Tus.length] = "\(package.size)" }
        if let offset {
            fields[Tus.offset] = "\(offset)"
            fields[.contentType] = Tus.mediaType
        }
        return fields
    }

    // MARK: The routes

    func home() throws -> SchedulerHome { try SchedulerHome(folder.path, programVersion: "test") }

    /// Runs a body while a service of the routes by which things come in serves on a port of its own.
    func serving<Value>(
        packageSize: UInt64 = 1 << 20, spareBytes: UInt64 = 0,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ body: (ServedRoutes) async throws -> Value
    ) async throws -> Value {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var limits = UploadLimits()
        (limits.packageSize, limits.spareBytes) = (packageSize, spareBytes)
        let collecting = Collecting(into: try home(), limits: limits)
        let application = try application(collecting, logger) { continuation.yield($0) }
        return try await application.running(logger: logger) {
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw TestSupportError("the service does not listen") }
            return try await body(ServedRoutes(port: port, arrivals: collecting.arrivals))
        }
    }

    private func application(
        _ collecting: Collecting, _ logger: Logger, onListening: @escaping @Sendable (Int) -> Void
    ) throws -> some ApplicationProtocol {
        let known = Router(context: ServiceContext.self)
        collecting.add(to: known.group("api/v1"))
        let router = Router(context: ServiceContext.self)
        router.add(middleware: ProblemMiddleware(routes: RouteTable(known)))
        collecting.add(to: router.group("api/v1"))
        return Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
    }

    /// Every file that lies in a folder of the directory, with its size.
    func files(in name: String) -> [String: Int] {
        let paths = FileManager.default.enumerator(atPath: folder.path(name))?.compactMap { $0 as? String } ?? []
        var sizes: [String: Int] = [:]
        for path in paths {
            sizes[path] = FileManager.default.contents(atPath: folder.path("\(name)/\(path)"))?.count
        }
        return sizes
    }
}

/// Routes that are served, asked as the clients ask.
struct ServedRoutes {
    let port: Int
    let arrivals: Bell

    /// Waits until something that came in has rung for the next pass.
    func arrival() async {
        let (rings, heard) = AsyncStream.makeStream(of: Void.self)
        let listening = Task { await arrivals.forEach(orAfter: .seconds(3600)) { heard.yield() } }
        for await _ in rings { break }
        listening.cancel()
    }

    /// The answer to one request.
    func execute(
        uri: String, method: HTTPRequest.Method, headers: HTTPFields = [:], body: [UInt8]? = nil
    ) async throws -> Curl.Answer {
        var request = Curl(method: method, url: "http://127.0.0.1:\(port)\(uri)", fields: headers)
        request.body = try body.map { try OutgoingBytes($0) }
        return try await request.answer()
    }
}
