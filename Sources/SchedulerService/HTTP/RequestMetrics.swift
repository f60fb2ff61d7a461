import CoreMetrics
import HTTPTypes
import Hummingbird
import Synchronization

/// Counts the requests and how long they took, by route and never by path, so that nobody outside makes series.
struct RequestMetrics: RouterMiddleware {
    typealias Context = ServiceContext

    private let series: RequestSeries

    init(metrics: PrometheusMetrics) { series = RequestSeries(metrics) }

    @concurrent func handle(
        _ request: Request, context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let kind = RequestSeries.Kind(
            method: method, route: context.endpointPath ?? "NotFound", status: response.status.code)
        series.note(kind, took: ContinuousClock.now - start)
        return response
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}

/// The series of each kind of request, found once.
private final class RequestSeries: Sendable {
    /// What requests are told apart by.
    struct Kind: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Series {
        let count: any CounterHandler
        let seconds: any TimerHandler
    }

    private let metrics: PrometheusMetrics
    private let known = Mutex<[Kind: Series]>([:])

    init(_ metrics: PrometheusMetrics) { self.metrics = metrics }

    /// Counts a request and how long it took.
    func note(_ kind: Kind, took duration: Duration) {
        let series = known.withLock { known in
            if let series = known[kind] { return series }
            let labels = [("method", kind.method), ("route", kind.route)]
            let series = Series(
                count: metrics.makeCounter(
                    label: "reposeal_http_requests_total", dimensions: labels + [("status", "\(kind.status)")]),
                seconds: metrics.makeTimer(label: "reposeal_http_request_seconds", dimensions: labels))
            known[kind] = series
            return series
        }
        series.count.increment(by: 1)
        let (seconds, attoseconds) = duration.components
        series.seconds.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
