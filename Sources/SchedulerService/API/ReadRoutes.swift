import ALPMTypes
import Cryptography
import HTTPTypes
import Hummingbird
import SchedulerDirectory
import SchedulerDocuments

/// The routes that only read; each reads on a thread that may block, unless its answer was kept.
struct ReadRoutes: Sendable {
    let answers: Answers
    let health: ServiceHealth
    let version: String

    /// The states that a submission can be in, as the API names them.
    static let states: Set = [
        "waiting", "ready", "asked", "signed", "published", "refused", "withdrawn", "quarantined",
    ]

    func add(to router: RouterGroup<ServiceContext>) {
        router.get("submissions") { try await kept($0, submissions($0, $1)) }
        router.get("submissions/{sha256}") { try await kept($0, submission($0, $1)) }
        router.get("submissions/{sha256}/explanation") { try await fresh($0, explanation($0, $1)) }
        router.get("evidence/{digest}") { try await answers.fresh($0, envelope($0, $1)) }
        router.get("repositories") { try await kept($0, repositories($0, $1)) }
        router.get("repositories/{repository}") { try await kept($0, repository($0, $1)) }
        router.get("jobs") { try await kept($0, jobs($0, $1)) }
        router.get("jobs/{hash}") { try await kept($0, job($0, $1)) }
        router.get("mirrors") { try await kept($0, mirrors($0, $1)) }
        router.get("log") { try await kept($0, logHead($0, $1)) }
        router.get("health") { try await kept($0, aboutHealth: true, healthNow($0, $1)) }
    }

    /// What makes a document of what is read.
    private typealias Making<Document: Encodable & Sendable> = @Sendable (any SchedulerReading) throws -> Document

    private func kept<Document: Encodable & Sendable>(
        _ request: Request, aboutHealth: Bool = false, _ make: @escaping Making<Document>
    ) async throws -> Response {
        try await answers.kept(request, aboutHealth: aboutHealth) { try KeptAnswer(make($0)) }
    }

    /// The same for what is made of more than is looked at for kept answers.
    private func fresh<Document: Encodable & Sendable>(
        _ request: Request, _ make: @escaping Making<Document>
    ) async throws -> Response {
        try await answers.fresh(request) { try KeptAnswer(make($0)) }
    }

    private func submissions(_ request: Request, _ context: ServiceContext) throws -> Making<SubmissionPage> {
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
        return { reading in
            let slice = try reading.submissions(asked)
            let documents = slice.submissions.map(SubmissionDocument.init)
            return SubmissionPage(submissions: documents, next: slice.next.map { "\($0)" })
        }
    }

    private func submission(_ request: Request, _ context: ServiceContext) throws -> Making<SubmissionPage> {
        let sha256 = try RequestParameters(of: request, context).digest("sha256")
        return { reading in
            let found = try Self.statuses(of: sha256, in: reading)
            return SubmissionPage(submissions: found.map(SubmissionDocument.init), next: nil)
        }
    }

    /// What was submitted under a digest, which must be something.
    private static func statuses(
        of sha256: SHA256Digest, in reading: any SchedulerReading
    ) throws -> [SubmissionStatus] {
        let found = try reading.submissions(of: sha256)
        guard !found.isEmpty else { throw Problem(.notFound, detail: "no package with this digest was submitted") }
        return found
    }

    private func explanation(_ request: Request, _ context: ServiceContext) throws -> Making<ExplanationList> {
        let sha256 = try RequestParameters(of: request, context).digest("sha256")
        return { reading in
            let names = Set(try Self.statuses(of: sha256, in: reading).map(\.name))
            let explanations = try names.sorted().flatMap { try reading.explanations(of: $0.text) }
            return ExplanationList(explanations: explanations.map(ExplanationDocument.init))
        }
    }

    private func envelope(_ request: Request, _ context: ServiceContext) throws -> Answers.Making {
        let digest = try RequestParameters(of: request, context).digest("digest")
        return { reading in
            guard let bytes = try reading.envelope(digest) else {
                throw Problem(.notFound, detail: "no statement with this digest was accepted")
            }
            return KeptAnswer(json: bytes)
        }
    }

    private func repositories(_ request: Request, _ context: ServiceContext) throws -> Making<RepositoryList> {
        _ = try RequestParameters(of: request, context)
        return { RepositoryList(repositories: try $0.repositories().map(RepositoryDocument.init)) }
    }

    private func repository(_ request: Request, _ context: ServiceContext) throws -> Making<RepositoryDocument> {
        let name = try RequestParameters(of: request, context).part("repository", "a repository's name") {
            try RepositoryName(parsing: $0)
        }
        return { reading in
            guard let found = try reading.repositories().first(where: { $0.name == name }) else {
                throw Problem(.notFound, detail: "the policy names no such repository")
            }
            return RepositoryDocument(found)
        }
    }

    private func jobs(_ request: Request, _ context: ServiceContext) throws -> Making<JobPage> {
        let parameters = try RequestParameters(of: request, context, query: ["after", "limit"])
        let after = try parameters.value("after", "what an earlier page gave as next") {
            try SHA256Digest(parsingHex: $0)
        }
        let limit = try parameters.limit()
        return { reading in
            let found = try reading.jobs(after: after, limit: limit + 1)
            return JobPage(Array(found.prefix(limit)), isLast: found.count <= limit)
        }
    }

    private func job(_ request: Request, _ context: ServiceContext) throws -> Making<JobDocument> {
        let hash = try RequestParameters(of: request, context).digest("hash")
        return { reading in
            guard let found = try reading.job(hash) else {
                throw Problem(.notFound, detail: "no job is kept under this hash")
            }
            return JobDocument(found)
        }
    }

    private func mirrors(_ request: Request, _ context: ServiceContext) throws -> Making<MirrorList> {
        _ = try RequestParameters(of: request, context)
        return { reading in
            let found = try reading.mirrorRecords() ?? []
            return MirrorList(mirrors: found.map { MirrorDocument($0.mirror, $0.record) })
        }
    }

    private func logHead(_ request: Request, _ context: ServiceContext) throws -> Making<LogHeadDocument> {
        _ = try RequestParameters(of: request, context)
        return { LogHeadDocument(try $0.logHead()) }
    }

    private func healthNow(_ request: Request, _ context: ServiceContext) throws -> Making<HealthDocument> {
        _ = try RequestParameters(of: request, context)
        let (health, version) = (health, version)
        return { try health.document(reading: $0, version: version) }
    }
}
