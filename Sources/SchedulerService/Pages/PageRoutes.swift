import ALPMTypes
import HTTPTypes
import Hummingbird
import Logging
import Mirrors
import NIOCore
import SchedulerDirectory
import SchedulerDocuments
import SchedulerPages

/// The pages for people, and the files that pages refer to; each page is read and made on a thread that may block.
struct PageRoutes: Sendable {
    let answers: Answers
    let health: ServiceHealth
    let link: LinkUse
    let version: String

    /// How many submissions, changes or serials are on one page.
    static let rows = 50
    private static let leaves = 20

    /// The states, in the order in which a submission goes through them.
    private static let states = [
        "waiting", "ready", "asked", "signed", "published", "quarantined", "refused", "withdrawn",
    ]

    func add(to router: Router<ServiceContext>) {
        router.get("/") { await answer($0, $1, queue) }
        router.get("submissions/{sha256}") { await answer($0, $1, submission) }
        router.get("jobs/{hash}") { await answer($0, $1, job) }
        router.get("repositories") { await answer($0, $1, repositories) }
        router.get("repositories/{repository}/update") { await answer($0, $1, update) }
        router.get("repositories/{repository}/history") { await answer($0, $1, history) }
        router.get("mirrors") { await answer($0, $1, mirrors) }
        router.get("log") { await answer($0, $1, log) }
        router.get("health") { await answer($0, $1, aboutHealth: true, healthNow) }
        router.get("assets/{name}") { try asset($0, $1) }
    }

    // MARK: Answers

    /// A page's body, made on a thread that may block.
    private typealias Making = @Sendable (any SchedulerReading) throws -> Page

    /// The page that a handler makes, or one that says why there is none.
    private func answer(
        _ request: Request, _ context: ServiceContext, aboutHealth: Bool = false,
        _ handler: @Sendable (Request, ServiceContext) throws -> Making
    ) async -> Response {
        do {
            let make = try handler(request, context)
            return try await answers.kept(request, aboutHealth: aboutHealth) { KeptAnswer(try make($0)) }
        } catch let problem as Problem {
            return Self.response(.problem(problem.kind.title, reason: problem.detail), problem.status)
        } catch {
            context.logger.error("\(error)", metadata: ["path": "\(request.uri.path)"])
            let problem = Problem(error is SchedulerDirectoryError ? .unreadable : .internalError)
            return Self.response(.problem(problem.kind.title, reason: nil), problem.status)
        }
    }

    private static func response(_ page: Page, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: Page.mediaType, .contentSecurityPolicy: Page.securityPolicy],
            body: .init(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }

    private func asset(_ request: Request, _ context: ServiceContext) throws -> Response {
        let parameters = try RequestParameters(of: request, context)
        guard let asset = try? parameters.part("name", "a file of the pages", { PageAsset.all[$0] }) else {
            throw Problem(.notFound)
        }
        return Response(
            status: .ok,
            headers: [.contentType: asset.mediaType, .cacheControl: "public, max-age=31536000, immutable"],
            body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    // MARK: Pages

    @Sendable private func queue(_ request: Request, _ context: ServiceContext) throws -> Making {
        let parameters = try RequestParameters(
            of: request, context, query: ["state", "repository", "name", "after"], fromForm: true)
        var query = SubmissionQuery()
        query.state = try parameters.value("state", "one of \(Self.states.joined(separator: ", "))") { text in
            Self.states.contains(text) ? text : nil
        }
        query.repository = try parameters.value("repository", "a repository's name") {
            try RepositoryName(parsing: $0)
        }
        query.name = try parameters.value("name", "a package's name") { try PackageName(parsing: $0) }
        query.after = try parameters.position("after") ?? 0
        query.limit = Self.rows
        let asked = query
        return { reading in
            .queue(
                QueueView(
                    try reading.submissions(asked), counts: try reading.submissionCounts(), states: Self.states,
                    repositories: try reading.repositoryNames().map(\.text), state: asked.state,
                    repository: asked.repository?.text, name: asked.name?.text, after: asked.after))
        }
    }

    @Sendable private func submission(_ request: Request, _ context: ServiceContext) throws -> Making {
        let sha256 = try RequestParameters(of: request, context).digest("sha256")
        return { reading in
            let found = try reading.submissions(of: sha256)
            guard !found.isEmpty else { throw Problem(.notFound, detail: "No package with this digest was submitted.") }
            return .submission(found, try reading.package(sha256))
        }
    }

    @Sendable private func job(_ request: Request, _ context: ServiceContext) throws -> Making {
        let hash = try RequestParameters(of: request, context).digest("hash")
        return { reading in
            guard let found = try reading.job(hash) else {
                throw Problem(.notFound, detail: "No job is kept under this hash.")
            }
            return .job(JobDocument(found))
        }
    }

    @Sendable private func repositories(_ request: Request, _ context: ServiceContext) throws -> Making {
        _ = try RequestParameters(of: request, context)
        return { .repositories(try $0.repositories()) }
    }

    @Sendable private func update(_ request: Request, _ context: ServiceContext) throws -> Making {
        let parameters = try RequestParameters(of: request, context, query: ["after"])
        let name = try parameters.repository()
        let after = try parameters.position("after") ?? 0
        return { reading in
            guard let slice = try reading.update(of: name, after: after, limit: Self.rows) else {
                throw Self.noRepository
            }
            return .update(of: name.text, slice, after: after)
        }
    }

    @Sendable private func history(_ request: Request, _ context: ServiceContext) throws -> Making {
        let parameters = try RequestParameters(of: request, context, query: ["before"])
        let name = try parameters.repository()
        let before = try parameters.position("before").map { UInt64($0) }
        return { reading in
            guard try reading.repositoryNames().contains(name) else { throw Self.noRepository }
            return .history(of: name.text, try reading.history(of: name, before: before, limit: Self.rows))
        }
    }

    @Sendable private func mirrors(_ request: Request, _ context: ServiceContext) throws -> Making {
        _ = try RequestParameters(of: request, context)
        return { .mirrors(try $0.mirrorRecords()?.map(MirrorView.init)) }
    }

    @Sendable private func log(_ request: Request, _ context: ServiceContext) throws -> Making {
        _ = try RequestParameters(of: request, context)
        return { .log(try $0.logHead(), newest: try $0.newestLeaves(limit: Self.leaves)) }
    }

    @Sendable private func healthNow(_ request: Request, _ context: ServiceContext) throws -> Making {
        _ = try RequestParameters(of: request, context)
        return { reading in
            let document = try health.document(reading: reading, version: version)
            return .health(document, try reading.figures(), try reading.repositories(), link: link.lastHour)
        }
    }

    private static var noRepository: Problem { Problem(.notFound, detail: "The policy names no such repository.") }
}

extension RequestParameters {
    fileprivate func repository() throws(Problem) -> RepositoryName {
        try part("repository", "a repository's name") { try RepositoryName(parsing: $0) }
    }

    fileprivate func position(_ name: String) throws(Problem) -> Int64? {
        try value(name, "what an earlier page gave") { text in Int64(text).flatMap { $0 >= 0 ? $0 : nil } }
    }
}

extension MirrorView {
    fileprivate init(mirror: String, record: MirrorRecord?) {
        self.init(
            name: mirror, state: record?.state.rawValue, checkedAt: record?.checkedAt,
            behindSince: record?.behindSince, serials: record?.serials ?? [:],
            findings: record?.findings.map(\.sentence) ?? [])
    }
}
