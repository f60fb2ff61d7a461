import CoreMetrics
import HTTPTypes
import Hummingbird
import Logging
import SchedulerDirectory

/// Turns every way in which a request can fail into a problem, and puts on every answer what keeps browsers careful.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let routes: RouteTable

    @concurrent func handle(
        _ request: Request, context: ServiceContext,
        next: @concurrent (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let problem = problem(for: error, request, context)
            response = request.method == .head ? problem.response.createHeadResponse() : problem.response
            // What is refused is not listened to any further.
            if request.hasBody { response.headers[.connection] = "close" }
        }
        for field in Self.carefulness where response.headers[field.name] == nil { response.headers.append(field) }
        return response
    }

    private func problem(for error: any Error, _ request: Request, _ context: ServiceContext) -> Problem {
        if let problem = error as? Problem { return problem }
        if let error = error as? any HTTPResponseError { return problem(for: error.status, request) }
        if let error = error as? SchedulerDirectoryError {
            context.logger.error("\(error)", metadata: ["path": "\(request.uri.path)"])
            return Problem(.unreadable)
        }
        context.logger.error("\(error)", metadata: ["path": "\(request.uri.path)"])
        return Problem(.internalError)
    }

    private func problem(for status: HTTPResponse.Status, _ request: Request) -> Problem {
        switch status {
        case .notFound:
            let methods = routes.methods(of: request.uri.path)
            if methods.isEmpty { return Problem(.notFound) }
            return Problem(.methodNotAllowed, headers: [.allow: methods.joined(separator: ", ")])
        case .contentTooLarge: return Problem(.bodyTooLarge)
        case .unsupportedMediaType: return Problem(.unsupportedType)
        default: return Problem(status.kind == .clientError ? .malformedRequest : .internalError)
        }
    }

    /// What is no page says nothing else: no script, frame or other site has any business with it.
    private static let carefulness: HTTPFields = {
        var fields: HTTPFields = [.xContentTypeOptions: "nosniff", .cacheControl: "no-store"]
        fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        let others = [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Frame-Options", "DENY"),
        ]
        for (name, value) in others {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()
}

extension Request {
    /// Whether a body comes with the request.
    var hasBody: Bool { headers[.contentLength].map { $0 != "0" } ?? (headers[.transferEncoding] != nil) }
}
