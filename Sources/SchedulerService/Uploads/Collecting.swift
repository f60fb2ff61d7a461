import Hummingbird
public import Logging
public import SchedulerDirectory
public import UploadStore

/// How packages and evidence come in over the network; one value for all addresses of a service.
public struct Collecting: Sendable {
    private let home: SchedulerHome
    private let limits: UploadLimits
    private let store: UploadStore
    /// Rings when something lies in `incoming`.
    let arrivals = Bell()
    private let evidenceTime: Duration

    /// Lets things come into a scheduler's directory; evidence must be there within a time.
    public init(
        into home: SchedulerHome, limits: UploadLimits = UploadLimits(), evidenceTime: Duration = .seconds(30)
    ) {
        self.evidenceTime = evidenceTime
        self.home = home
        self.limits = limits
        store = home.uploads(limits: limits)
    }

    /// What removes the uploads with which nobody goes on.
    public func sweep(logger: Logger) -> UploadSweep { UploadSweep(of: store, logger: logger) }

    /// Adds the routes below the path of the API.
    func add(to api: RouterGroup<ServiceContext>) {
        UploadRoutes(home: home, store: store, limits: limits, arrivals: arrivals).add(to: api)
        EvidenceRoute(home: home, bodyTime: evidenceTime, arrivals: arrivals).add(to: api)
    }
}
