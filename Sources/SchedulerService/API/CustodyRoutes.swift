import Cryptography
import Custody
import HTTPTypes
import Hummingbird
import NIOCore
import SchedulerDirectory

/// The routes about how packages came to be signed.
///
/// A job with a whole repository may be among the records of one package, and anybody may ask: so one is answered at a time,
/// and no more is read for it than fits.
struct CustodyRoutes: Sendable {
    /// The most bytes that are read for an answer.
    static let byteLimit = 128 << 20
    /// When those may come again for whom there is no turn now, in seconds.
    static let pause = 5

    let reading: any SchedulerReading
    let byteLimit: Int
    let turns: Turns

    func add(to router: RouterGroup<ServiceContext>) {
        router.get("submissions/{sha256}/custody") { try await chain($0, $1) }
        router.get("submissions/{sha256}/custody/records") { try await records($0, $1) }
    }

    private func chain(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (chain, _) = try await read(request, context) { try $0.custody(of: $1, byteLimit: $2) }
        return try KeptAnswer(chain).response(to: request)
    }

    private func records(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (records, turn) = try await read(request, context) { try $0.custodyRecords(of: $1, byteLimit: $2) }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                for piece in CustodyRecordsText(records) { try await writer.write(ByteBuffer(bytes: piece)) }
                // Whoever has everything may ask again at once.
                turn.end()
                try await writer.finish(nil)
            })
    }

    private func read<Value: Sendable>(
        _ request: Request, _ context: ServiceContext,
        _ body: @escaping @Sendable (any SchedulerReading, SHA256Digest, Int) throws -> Value?
    ) async throws -> (Value, Turns.Turn) {
        let sha256 = try RequestParameters(of: request, context).digest("sha256")
        guard let turn = turns.take() else {
            throw Problem(
                .busy, detail: "another is answered just now; ask again in \(Self.pause) seconds",
                headers: [.retryAfter: "\(Self.pause)"])
        }
        let found: Value?
        do {
            found = try await BlockingThreads.reads.run { [reading, byteLimit] in
                try body(reading, sha256, byteLimit)
            }
        } catch SchedulerDirectoryError.recordsTooLarge {
            throw Problem(
                .recordsTooLarge,
                detail: "expected at most \(byteLimit >> 20) MiB; reposeal custody shows them on the scheduler's host")
        }
        guard let found else {
            throw Problem(.notFound, detail: "the log says nothing of a package with this digest")
        }
        return (found, turn)
    }
}
