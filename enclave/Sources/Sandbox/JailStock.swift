/// Jails that are started before their jobs are known, so that no job waits for namespaces to be made.
///
/// Each is as fresh as one that is started for its job: its program waits for the first byte of the only request that it
/// will read.
public final class JailStock {
    /// How old a jail may become before its job, so that it is not long behind the files that it is made of.
    public static let maximumAgeSeconds: UInt64 = 3600

    private let profile: JailProfile
    private let capacity: Int
    private let hasMemory: Bool
    private let maximumAgeSeconds: UInt64
    private var waiting: [WaitingJail] = []

    /// Has at most `capacity` jails of a profile waiting, and none yet.
    public init(
        of profile: JailProfile, capacity: Int, withMemory hasMemory: Bool = false,
        maximumAgeSeconds: UInt64 = JailStock.maximumAgeSeconds
    ) {
        self.profile = profile
        self.capacity = capacity
        self.hasMemory = hasMemory
        self.maximumAgeSeconds = maximumAgeSeconds
    }

    /// Starts what is missing; what cannot be started now shows when it is needed.
    public func fill() {
        waiting.removeAll { !$0.isFit(maximumAgeSeconds) }
        while waiting.count < capacity, let jail = try? Jail.start(profile, withMemory: hasMemory) {
            waiting.append(WaitingJail(jail))
        }
    }

    /// A jail for one job, whose time begins now: one that waits, or else a new one.
    public func take() throws(SandboxError) -> Jail {
        while !waiting.isEmpty {
            let oldest = waiting.removeFirst()
            if oldest.isFit(maximumAgeSeconds), var jail = oldest.jail.take() {
                jail.beginJob()
                return jail
            }
        }
        return try Jail.start(profile, withMemory: hasMemory)
    }
}

/// An array holds no value that cannot be copied.
private final class WaitingJail {
    var jail: Jail?

    init(_ jail: consuming Jail) { self.jail = consume jail }

    /// Whether its program still waits, and not for longer than that.
    func isFit(_ maximumAgeSeconds: UInt64) -> Bool { jail?.isWaiting(atMost: maximumAgeSeconds) ?? false }
}
