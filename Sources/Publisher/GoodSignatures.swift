package import Cryptography
import Synchronization

/// The signatures that gpg found good in this process, so that each goes to it once for the same bytes and certificate.
///
/// It knows nothing of time: whether what gpg found good has expired since, our own reader says each time.
public final class GoodSignatures: Sendable {
    /// What gpg was asked about.
    package struct Question: Hashable, Sendable {
        /// The SHA-256 of the certificate.
        package let certificate: SHA256Digest
        /// The SHA-256 of the signature packet.
        package let signature: SHA256Digest
        /// The SHA-256 of what is signed.
        package let content: SHA256Digest
    }

    private let capacity: Int
    private let questions = Mutex<Set<Question>>([])

    /// Knows none yet, and later at most `capacity`, beyond which it begins anew.
    public init(capacity: Int = 1 << 16) { self.capacity = capacity }

    /// How many it knows.
    package var count: Int { questions.withLock { $0.count } }

    /// Whether gpg said that this one is good.
    package func contains(_ question: Question) -> Bool { questions.withLock { $0.contains(question) } }

    /// Notes that gpg said so.
    package func insert(_ question: Question) {
        questions.withLock { known in
            if known.count >= capacity { known.removeAll() }
            known.insert(question)
        }
    }
}
