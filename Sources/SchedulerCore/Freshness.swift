/// How far a database's signatures are through their validity.
public enum Freshness: String, Hashable, Sendable {
    /// Nothing need be done.
    case ok
    /// They may be refreshed, and whoever can asks for it.
    case due
    /// They should have been refreshed long ago; what is left is for people to find out why.
    case alarm

    /// How much later than allowed a refresh is asked for, in seconds, so that no clock that is a little ahead asks too early.
    private static let margin: UInt64 = 60

    /// Decides by when the signatures were made and expire and by the time now, all in Unix seconds, and by the policy's
    /// validity in seconds.
    ///
    /// The alarm comes when a third of the validity is left: an outage of the enclave may last another third before
    /// anybody is woken.
    public init(signedAt: UInt64, expiresAt: UInt64, validity: UInt64, now: UInt64) {
        let isAlarming = expiresAt <= now || expiresAt - now <= validity / 3
        let isDue = Self.isRefreshDue(signedAt: signedAt, validity: validity, now: now)
        self = isAlarming ? .alarm : isDue ? .due : .ok
    }

    /// Whether a refresh is to be asked for: the enclave admits one after a third of the validity.
    ///
    /// A clock before the signature is wrong, and then the enclave had better decide.
    public static func isRefreshDue(signedAt: UInt64, validity: UInt64, now: UInt64) -> Bool {
        now < signedAt || now - signedAt >= validity / 3 + margin
    }
}
