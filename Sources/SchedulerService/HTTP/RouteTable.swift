import HTTPTypes
import Hummingbird

/// Which methods each path of the service is used with.
struct RouteTable: Sendable {
    private let routes: [(path: [Substring], method: String)]

    /// The table of a router that has all its routes.
    init(_ router: Router<ServiceContext>) {
        routes = router.routes.map { ($0.path.description.split(separator: "/"), $0.method.rawValue) }
    }

    /// The methods of a path as a request has it, sorted; `HEAD` comes with `GET`.
    func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        let methods = routes.filter { Self.matches($0.path, parts) }.map(\.method)
        return Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
    }

    private static func matches(_ template: [Substring], _ parts: [Substring]) -> Bool {
        template.count == parts.count && zip(template, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
