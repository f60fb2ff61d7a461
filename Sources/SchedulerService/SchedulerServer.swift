import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// The scheduler's HTTP service on one address.
///
/// Runs until the service group that it belongs to shuts down: then it takes no new connection, and ends once the answers
/// under way are written.
public struct SchedulerServer: Service {
    private let application: Application<RouterResponder<ServiceContext>>

    /// Prepares the service; nothing listens before it runs, and then `onListening` is told the port.
    ///
    /// Without `collecting` it only reads.
    public init(
        on address: ListenAddress, _ configuration: ServiceConfiguration, reading: any SchedulerReading,
        collecting: Collecting? = nil, link: LinkUse = LinkUse(), health: ServiceHealth, metrics: PrometheusMetrics,
        version: String,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        let routes = ServiceRoutes(
            reading: reading, health: health, metrics: metrics, version: version,
            collecting: collecting, link: link)
        application = Application(
            router: routes.router(), server: Self.server(configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maximumConnections, logger: logger)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info("listening", metadata: ["address": "\(address)", "port": "\(port)"])
                await onListening(port)
            }, logger: logger)
    }

    /// Serves until the service group shuts down.
    public func run() async throws { try await application.run() }

    private static func server(_ configuration: ServiceConfiguration) -> HTTPServerBuilder {
        let time = TimeAmount.seconds(Int64(configuration.idleSeconds))
        let head = configuration.maximumHeadBytes
        return .http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(headTime: time)],
                // Later than the guard and the routes, whose answers say why.
                idleTimeout: time + .seconds(10),
                httpDecoderConfiguration: .init(maxHeaderFieldSize: head, maxHeaderListSize: head)))
    }
}
