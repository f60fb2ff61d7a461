import Configuration
public import Logging
public import SchedulerDirectory

/// What the settings come to, checked as a whole.
public struct ServiceConfiguration: Sendable {
    /// How events are written.
    public enum LogFormat: String, Sendable {
        /// A line of JSON for each.
        case json
        /// A line of text for each.
        case text
    }

    /// What the scheduler's directory needs to know.
    public let scheduler: ConfigurationRecord
    /// Where the service listens.
    public let addresses: [ListenAddress]
    /// How many bytes the head of a request may have.
    public let maximumHeadBytes: Int
    /// How many connections are served at once.
    public let maximumConnections: Int
    /// After how many seconds without a byte a connection ends.
    public let idleSeconds: Int
    /// After how many seconds without anything new a pass is made.
    public let passSeconds: Int
    /// For how many seconds a broken line to the enclave is tried again; nil is the client's choice.
    public let patience: UInt64?
    /// The least important events that are written.
    public let logLevel: Logger.Level
    /// How events are written.
    public let logFormat: LogFormat

    /// Takes what the settings say; addresses that other machines reach are refused.
    public init(_ settings: Settings, directory: String) throws(SchedulerServiceError) {
        func text(_ setting: Setting) throws(SchedulerServiceError) -> String? {
            try settings.choices(of: setting).first?.content.words
        }
        func number(_ setting: Setting) throws(SchedulerServiceError) -> Int? {
            guard case .int(let number)? = try settings.choices(of: setting).first?.content else { return nil }
            return number
        }
        func required(_ setting: Setting) throws(SchedulerServiceError) -> String {
            guard let text = try text(setting) else {
                throw .malformed(origin: "\(directory)/scheduler.json", field: setting.key, expected: "to be there")
            }
            return text
        }
        scheduler = ConfigurationRecord(
            enclave: try required(.enclave), policy: try required(.policy), schedulerID: try required(.schedulerID),
            requestKey: try required(.requestKey),
            batchSeconds: try number(.batchSeconds).map { UInt64($0) },
            batchChanges: try number(.batchChanges).map { UInt64($0) })
        addresses = try Self.addresses(settings)
        maximumHeadBytes = try number(.maximumHeadBytes) ?? 1 << 14
        maximumConnections = try number(.maximumConnections) ?? 1024
        idleSeconds = try number(.idleSeconds) ?? 30
        passSeconds = try number(.passSeconds) ?? 60
        patience = try number(.patience).map { UInt64($0) }
        logLevel = try text(.logLevel).flatMap(Logger.Level.init(rawValue:)) ?? .info
        logFormat = try text(.logFormat).flatMap(LogFormat.init(rawValue:)) ?? .json
    }

    private static func addresses(_ settings: Settings) throws(SchedulerServiceError) -> [ListenAddress] {
        guard let choice = try settings.choices(of: .listen).first, case .stringArray(let texts) = choice.content else {
            return []
        }
        var addresses: [ListenAddress] = []
        for text in texts {
            guard let address = ListenAddress(parsing: text) else {
                throw .malformed(origin: choice.origin, field: "http.listen", expected: ListenAddress.expectation)
            }
            guard address.isLoopback else {
                throw .malformed(
                    origin: choice.origin, field: "http.listen",
                    expected:
                        "addresses of this machine itself, such as 127.0.0.1:7480: plain HTTP elsewhere can be read and "
                        + "changed on its way; for other machines put a server that speaks TLS, such as nginx, in front"
                )
            }
            addresses.append(address)
        }
        return addresses
    }
}
