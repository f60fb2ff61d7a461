import BuilderTokens
import Cryptography
import Descriptors
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SchedulerDirectory
import SchedulerDocuments
import UploadStore

/// Packages come in by tus 1.0.0 with the extensions creation, expiration and termination.
///
/// Every request brings a token of its own, for its method and for this one package; there is no session and no other memory of
/// who may do what. The upload's address is named by the token alone, so that nobody can ask for another's.
struct UploadRoutes: Sendable {
    /// How many bytes are handed to the disk at once.
    private static let pieceSize = 256 << 10

    let home: SchedulerHome
    let store: UploadStore
    let limits: UploadLimits
    let arrivals: Bell

    /// Adds the routes below the path of the API.
    func add(to api: RouterGroup<ServiceContext>) {
        let uploads = api.group("uploads")
        uploads.on("", method: .options) { _, _ in options() }
        uploads.post("") { request, context in try await create(request, context) }
        uploads.head("{id}") { request, context in try await progress(request, context) }
        uploads.patch("{id}") { request, context in
            try await closing { () async throws in try await append(request, context) }
        }
        uploads.delete("{id}") { request, context in try await cancel(request, context) }
    }

    /// Ends the connection after a problem, since the rest of the body would otherwise have to be listened to.
    private func closing(_ answer: () async throws -> Response) async throws -> Response {
        do {
            return try await answer()
        } catch var problem as Problem {
            problem.headers[.connection] = "close"
            throw problem
        }
    }

    private func options() -> Response {
        Response(
            status: .noContent,
            headers: [
                Tus.resumable: Tus.version, Tus.versions: Tus.version,
                Tus.extensions: "creation,expiration,termination",
                Tus.maximumSize: "\(limits.packageSize)",
            ])
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard request.headers[.contentLength] ?? "0" == "0", request.headers[.transferEncoding] == nil else {
            throw Problem(.bodyTooLarge, detail: "bytes are sent by PATCH", headers: [.connection: "close"])
        }
        let package = try await admitted(request).package
        try Self.expectVersion(of: request)
        guard TusFields.number(request.headers[Tus.length]) == package.size else {
            throw Problem(.invalidParameter, detail: "Upload-Length: expected the size that the token names")
        }
        let progress = try await onDisk(package, context.logger) { store throws(UploadStoreError) in
            try store.begin(package, now: SystemClock.realtimeSeconds())
        }
        var headers = TusFields.fields(progress)
        headers[.location] = "/api/v1/uploads/\(package.uploadID)"
        return Response(status: .created, headers: headers)
    }

    private func progress(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let package = try await addressed(request, context)
        let progress = try await onDisk(package, context.logger) { store throws(UploadStoreError) in
            try store.progress(of: package)
        }
        guard let progress else { throw Problem(.notFound) }
        return Response(status: .ok, headers: TusFields.fields(progress))
    }

    private func append(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let package = try await addressed(request, context)
        guard request.headers[.contentType] == Tus.mediaType else {
            throw Problem(.unsupportedType, detail: "Content-Type: expected \(Tus.mediaType)")
        }
        guard let offset = TusFields.number(request.headers[Tus.offset]) else {
            throw Problem(.invalidParameter, detail: "Upload-Offset: expected a number of bytes")
        }
        let session = try await onDisk(package, context.logger) { store throws(UploadStoreError) in
            try store.resume(package, at: offset, now: SystemClock.realtimeSeconds())
        }
        let progress = try await take(request.body, into: session, of: package, context.logger)
        if progress.offset == progress.size { arrivals.ring() }
        return Response(status: .noContent, headers: TusFields.fields(progress))
    }

    /// Writes a body as it comes; what came before the line broke is kept.
    private func take(
        _ body: RequestBody, into session: UploadSession, of package: UploadedPackage, _ logger: Logger
    ) async throws -> UploadProgress {
        var piece: [UInt8] = []
        do {
            for try await bytes in body {
                piece.append(contentsOf: bytes.readableBytesView)
                guard piece.count >= Self.pieceSize else { continue }
                let full = piece
                piece = []
                try await onDisk(package, logger) { _ throws(UploadStoreError) in try session.append(full) }
            }
        } catch {
            let rest = piece
            // A task of its own, because one that was given up may wait for nothing any more.
            _ = await Task {
                try? await onDisk(package, logger) { _ throws(UploadStoreError) in
                    try? session.append(rest)
                    _ = try session.end()
                }
            }.value
            throw error
        }
        let last = piece
        return try await onDisk(package, logger) { _ throws(UploadStoreError) in
            do throws(UploadStoreError) {
                try session.append(last)
            } catch {
                _ = try? session.end()
                throw error
            }
            return try session.end()
        }
    }

    private func cancel(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let package = try await addressed(request, context)
        guard try await onDisk(package, context.logger, { store throws(UploadStoreError) in try store.cancel(package) })
        else {
            throw Problem(.notFound)
        }
        return Response(status: .noContent, headers: [Tus.resumable: Tus.version])
    }

    // MARK: Who may

    /// The package of a request whose token names the address that is asked for.
    private func addressed(_ request: Request, _ context: ServiceContext) async throws -> UploadedPackage {
        let package = try await admitted(request).package
        try Self.expectVersion(of: request)
        guard context.parameters.get("id") == package.uploadID.hex else {
            throw Problem(.tokenForSomethingElse, detail: "the token is for another upload")
        }
        return package
    }

    private func admitted(_ request: Request) async throws -> UploadToken {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            throw Problem(tokenExpected: "Authorization: expected Bearer and a token")
        }
        let token: SignedUploadToken
        do throws(BuilderTokenError) {
            token = try SignedUploadToken(parsing: String(words[1]))
        } catch {
            throw Problem(tokenExpected: "\(error)")
        }
        let method = request.method.rawValue
        let home = home
        switch try await BlockingThreads.uploads.run({ try home.verdict(on: token, method: method) }) {
        case .admitted(let token): return token
        case .refused(let refusal): throw Problem(token: refusal)
        }
    }

    private static func expectVersion(of request: Request) throws(Problem) {
        guard request.headers[Tus.resumable] == Tus.version else {
            throw Problem(
                .tusVersion, detail: "Tus-Resumable: expected \(Tus.version)",
                headers: [Tus.versions: Tus.version])
        }
    }

    // MARK: Where

    /// Works on the disk in a thread that may wait for it; what the disk refuses is logged.
    private func onDisk<Value: Sendable>(
        _ package: UploadedPackage, _ logger: Logger,
        _ work: @escaping @Sendable (UploadStore) throws(UploadStoreError) -> Value
    ) async throws -> Value {
        let store = store
        let result = try await BlockingThreads.uploads.run { () -> Result<Value, UploadStoreError> in
            do throws(UploadStoreError) {
                return .success(try work(store))
            } catch {
                return .failure(error)
            }
        }
        do throws(UploadStoreError) {
            return try result.get()
        } catch {
            if error.isOurs {
                logger.error(
                    "upload not kept",
                    metadata: [
                        "builder": "\(package.builder)", "upload": "\(package.uploadID)",
                        "file": "\(package.fileName)", "reason": "\(error)",
                    ])
            }
            throw Problem(upload: error)
        }
    }
}
