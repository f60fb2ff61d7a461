import Descriptors
import HTTPTypes
import Hummingbird
import MetricsText
import NIOCore
import SchedulerDirectory

/// Every route of the service.
struct ServiceRoutes {
    let reading: any SchedulerReading
    let health: ServiceHealth
    let metrics: PrometheusMetrics
    let version: String
    /// How things come in; nil where nothing may.
    let collecting: Collecting?
    /// What crossed the link.
    let link: LinkUse
    /// The most bytes that are read to say how one package came to be signed.
    var custodyLimit = CustodyRoutes.byteLimit
    /// Who is told so just now.
    var custodyTurns = Turns()
    private let answers: Answers
    /// What is signed and not published, for whoever asks whether the service is alive.
    private let unpublished: SharedLook<Result<[UnpublishedDatabase], any Error>>

    init(
        reading: any SchedulerReading, health: ServiceHealth, metrics: PrometheusMetrics, version: String,
        collecting: Collecting? = nil, link: LinkUse = LinkUse()
    ) {
        (self.reading, self.health, self.metrics, self.version) = (reading, health, metrics, version)
        (self.collecting, self.link) = (collecting, link)
        answers = Answers(reading, health)
        unpublished = SharedLook(on: .health) {
            Result {
                _ = try reading.incomingCount()
                return try reading.unpublished()
            }
        }
    }

    /// The pages, which are for people and not part of the API.
    var pages: PageRoutes { PageRoutes(answers: answers, health: health, link: link, version: version) }

    /// The router with all its routes.
    func router() -> Router<ServiceContext> {
        let routes = Router(context: ServiceContext.self)
        add(to: routes)
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestMetrics(metrics: metrics))
        router.add(middleware: ProblemMiddleware(routes: RouteTable(routes)))
        router.add(middleware: EmptyBodies(routes: RouteTable(routes)))
        add(to: router)
        return router
    }

    private func add(to router: Router<ServiceContext>) {
        router.get("healthz") { [unpublished] request, context in
            _ = try RequestParameters(of: request, context)
            if let overdue = try await unpublished.found().get().first(where: {
                $0.isOverdue(at: SystemClock.realtimeSeconds())
            }) {
                throw Problem(.notPublished, detail: "\(overdue)")
            }
            return "ok\n"
        }
        router.get("metrics") { [metrics] request, context in
            _ = try RequestParameters(of: request, context)
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.mediaType],
                body: .init(byteBuffer: ByteBuffer(string: metrics.text)))
        }
        router.get("problems/{problem}") { request, context in
            let kind = try RequestParameters(of: request, context).part("problem", "the name of a problem") {
                ProblemKind(rawValue: $0)
            }
            return "\(kind.status.code) \(kind.title)\n"
        }
        pages.add(to: router)
        let api = router.group("api/v1")
        ReadRoutes(answers: answers, health: health, version: version).add(to: api)
        CustodyRoutes(reading: reading, byteLimit: custodyLimit, turns: custodyTurns).add(to: api)
        collecting?.add(to: api)
        api.get("openapi.json") { request, context in
            _ = try RequestParameters(of: request, context)
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
        }
    }
}

/// Refuses a body where none is read, so that nobody is listened to for ever.
private struct EmptyBodies: RouterMiddleware {
    typealias Context = ServiceContext

    let routes: RouteTable

    @concurrent func handle(
        _ request: Request, context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        // A method that the path does not have is told so, with a body or without.
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        guard request.hasBody, ![.put, .post, .patch].contains(method),
            routes.methods(of: request.uri.path).contains(method.rawValue)
        else { return try await next(request, context) }
        throw Problem(.bodyTooLarge, detail: "a request with this method has no body here")
    }
}
