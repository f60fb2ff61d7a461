import ALPMTypes
import Cryptography
import HTTPTypes
import Hummingbird
import NIOCore
import SchedulerDirectory
import SchedulerDocuments

/// The routes that only read; each reads on a thread that may block.
struct ReadRoutes: Sendable {
    let reading: any SchedulerReading
    let health: ServiceHealth
    let version: String

    /// The states that a submission can be in, as the API names them.
    static let states: Set = [
        "waiting", "ready", "asked", "signed", "published", "refused", "withdrawn", "quarantined",
    ]

    func add(to router: RouterGroup<ServiceContext>) {
        router.get("submissions") { try await submissions($0, $1) }
        router.get("submissions/{sha256}") { try await submission($0, $1) }
        router.get("submissions/{sha256}/explanation") { try await explanation($0, $1) }
        router.get("evidence/{digest}") { try await envelope($0, $1) }
        router.get("repositories") { try await repositories($0, $1) }
        router.get("repositories/{repository}") { try await repository($0, $1) }
        router.get("jobs") { try await jobs($0, $1) }
        router.get("jobs/{hash}") { try await job($0, $1) }
        router.get("mirrors") { try await mirrors($0, $1) }
        router.get("log") { try await logHead($0, $1) }
        router.get("health") { try await healthNow($0, $1) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SchedulerReading) throws -> Value
    ) async throws -> Value {
        let reading = reading
        return try await BlockingThreads.reads.run { try body(reading) }
    }

    private func submissions(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<SubmissionPage>
    {
        let names: Set = ["state", "repository", "name", "after", "limit"]
        let parameters = try RequestParameters(of: request, context, query: names)
        var query = SubmissionQuery()
        query.state = try parameters.value("state", "one of \(Self.states.sorted().joined(separator: ", "))") { text in
            Self.states.contains(text) ? text : nil
        }
        query.repository = try parameters.value("repository", "a repository's name") {
            try RepositoryName(parsing: $0)
        }
        query.name = try parameters.value("name", "a package's name") { try PackageName(parsing: $0) }
        query.after =
            try parameters.value("after", "what an earlier page gave as next") { text in
                Int64(text).flatMap { $0 >= 0 ? $0 : nil }
            } ?? 0
        query.limit = try parameters.limit()
        let asked = query
        let slice = try await read { try $0.submissions(asked) }
        let documents = slice.submissions.map(SubmissionDocument.init)
        return APIDocument(value: SubmissionPage(submissions: documents, next: slice.next.map { "\($0)" }))
    }

    private func submission(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<SubmissionPage> {
        let found = try await statuses(request, context)
        return APIDocument(value: SubmissionPage(submissions: found.map(SubmissionDocument.init), next: nil))
    }

    /// What was submitted under the digest in the path, which must be something.
    private func statuses(_ request: Request, _ context: ServiceContext) async throws -> [SubmissionStatus] {
        let sha256 = try RequestParameters(of: request, context).digest("sha256")
        let found = try await read { try $0.submissions(of: sha256) }
        guard !found.isEmpty else { throw Problem(.notFound, detail: "no package with this digest was submitted") }
        return found
    }

    private func explanation(
        _ request: Request, _ context: ServiceContext
    ) async throws -> APIDocument<ExplanationList> {
        let names = Set(try await statuses(request, context).map(\.name))
        let explanations = try await read { reading in
            try names.sorted().flatMap { try reading.explanations(of: $0.text) }
        }
        return APIDocument(value: ExplanationList(explanations: explanations.map(ExplanationDocument.init)))
    }

    private func envelope(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let digest = try RequestParameters(of: request, context).digest("digest")
        guard let bytes = try await read({ try $0.envelope(digest) }) else {
            throw Problem(.notFound, detail: "no statement with this digest was accepted")
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func repositories(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<RepositoryList>
    {
        _ = try RequestParameters(of: request, context)
        let found = try await read { try $0.repositories() }
        return APIDocument(value: RepositoryList(repositories: found.map(RepositoryDocument.init)))
    }

    private func repository(
        _ request: Request, _ context: ServiceContext
    ) async throws -> APIDocument<RepositoryDocument> {
        let name = try RequestParameters(of: request, context).part("repository", "a repository's name") {
            try RepositoryName(parsing: $0)
        }
        guard let found = try await read({ try $0.repositories() }).first(where: { $0.name == name }) else {
            throw Problem(.notFound, detail: "the policy names no such repository")
        }
        return APIDocument(value: RepositoryDocument(found))
    }

    private func jobs(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<JobPage> {
        let parameters = try RequestParameters(of: request, context, query: ["after", "limit"])
        let after = try parameters.value("after", "what an earlier page gave as next") {
            try SHA256Digest(parsingHex: $0)
        }
        let limit = try parameters.limit()
        let found = try await read { try $0.jobs(after: after, limit: limit + 1) }
        return APIDocument(value: JobPage(Array(found.prefix(limit)), isLast: found.count <= limit))
    }

    private func job(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<JobDocument> {
        let hash = try RequestParameters(of: request, context).digest("hash")
        guard let found = try await read({ try $0.job(hash) }) else {
            throw Problem(.notFound, detail: "no job is kept under this hash")
        }
        return APIDocument(value: JobDocument(found))
    }

    private func mirrors(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<MirrorList> {
        _ = try RequestParameters(of: request, context)
        let found = try await read { try $0.mirrorRecords() ?? [] }
        return APIDocument(value: MirrorList(mirrors: found.map { MirrorDocument($0.mirror, $0.record) }))
    }

    private func logHead(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<LogHeadDocument> {
        _ = try RequestParameters(of: request, context)
        return APIDocument(value: LogHeadDocument(try await read { try $0.logHead() }))
    }

    private func healthNow(_ request: Request, _ context: ServiceContext) async throws -> APIDocument<HealthDocument> {
        _ = try RequestParameters(of: request, context)
        return APIDocument(value: try await read { try health.document(reading: $0, version: version) })
    }
}
