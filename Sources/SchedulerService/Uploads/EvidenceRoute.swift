import Cryptography
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Refusals
import SchedulerDirectory
import SchedulerDocuments

/// Evidence comes in by POST; its own signature is what lets it in.
struct EvidenceRoute: Sendable {
    /// No statement of any policy is larger.
    private static let maximumSize = 4 << 20

    let home: SchedulerHome
    /// How long the body may take.
    let bodyTime: Duration
    let arrivals: Bell

    /// Adds the route below the path of the API.
    func add(to api: RouterGroup<ServiceContext>) {
        api.post("evidence") { request, context in try await receive(request, context) }
    }

    /// The whole body, which a slow sender does not send for ever.
    private func bytes(of body: RequestBody) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8]?.self) { [bodyTime] group in
            defer { group.cancelAll() }
            group.addTask { try await Self.collect(body) }
            group.addTask {
                try await Task.sleep(for: bodyTime)
                return nil
            }
            guard let bytes = try await group.next() ?? nil else {
                throw Problem(.requestTimeout, detail: "expected all of the evidence within \(bodyTime)")
            }
            return bytes
        }
    }

    private static func collect(_ body: RequestBody) async throws -> [UInt8] {
        do {
            return Array(buffer: try await body.collect(upTo: maximumSize))
        } catch is NIOTooManyBytesError {
            throw Problem(.bodyTooLarge, headers: [.connection: "close"])
        }
    }

    private func receive(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard request.headers[.contentType] == "application/json" else {
            throw Problem(.unsupportedType, detail: "Content-Type: expected application/json")
        }
        let untrustedBytes = try await bytes(of: request.body)
        let home = home
        do {
            let receipt = try await BlockingThreads.uploads.run {
                try home.receive(untrustedEvidence: untrustedBytes)
            }
            switch receipt {
            case .accepted(let digest):
                arrivals.ring()
                context.logger.info("evidence received", metadata: ["evidence": "\(digest)"])
                let body = try APIDocument(value: EvidenceDocument(digest: digest.hex)).encoded()
                return Response(
                    status: .accepted, headers: [.contentType: "application/json"],
                    body: .init(byteBuffer: ByteBuffer(bytes: body)))
            case .refused(let refusal):
                throw Problem(.evidenceRefused, detail: "\(refusal.code): \(refusal)")
            }
        } catch let error as SchedulerDirectoryError {
            guard case .turnedAway(_, let reason) = error else { throw error }
            throw Problem(.evidenceMalformed, detail: reason)
        }
    }
}
