import CoreMetrics
import HTTPTypes
import Hummingbird

/// Counts the requests and how long they took, by route and never by path, so that nobody outside makes series.
struct RequestMetrics: RouterMiddleware {
    typealias Context = ServiceContext

    let metrics: PrometheusMetrics

    @concurrent func handle(
        _ request: Request, context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let labels = [("method", method), ("route", context.endpointPath ?? "NotFound")]
        Counter(
            label: "reposeal_http_requests_total", dimensions: labels + [("status", "\(response.status.code)")],
            factory: metrics
        ).increment()
        CoreMetrics.Timer(label: "reposeal_http_request_seconds", dimensions: labels, factory: metrics)
            .recordNanoseconds(Int64((ContinuousClock.now - start) / .nanoseconds(1)))
        return response
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
