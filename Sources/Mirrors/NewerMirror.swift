import OpenPGPFormat
import Publisher

/// Looks whether a mirror has a newer database than the one that is about to be copied to it.
///
/// It is asked by rsync, as it is copied to, and not where clients read it: what answers there may lag, or be down.
struct NewerMirror: Sendable {
    let mirror: Mirror
    let trusts: [DatabaseTrust]

    /// Throws a permanent failure if it has.
    func requireNotNewer(
        than snapshot: MirrorSnapshot, holding lock: borrowing TreeLock
    ) async throws(TransferFailure) {
        let copied = trusts.filter { trust in snapshot.databases.contains { $0.folder == Self.folder(of: trust) } }
        let shown = try await MirrorReader(mirror: mirror).readBeforeCopy(
            copied.map(Self.signature), limit: SignaturePacket.maximumByteCount, holding: lock)
        var newer: [NewerPublication] = []
        for trust in copied {
            let held: UInt64?
            do throws(PublisherError) { held = try PublishedTree(snapshot.path).serial(by: trust) } catch {
                throw TransferFailure(reason: "\(error)", isPermanent: true)
            }
            let published = trust.serial(statedBy: shown[Self.signature(of: trust)])
            if let found = NewerPublication(
                trust.repository, trust.architecture, published: published, held: held ?? 0)
            {
                newer.append(found)
            }
        }
        guard newer.isEmpty else {
            throw TransferFailure(
                reason: NewerPublication.refusal(of: newer), isPermanent: true, state: .wrong)
        }
    }

    private static func folder(of trust: DatabaseTrust) -> String { "\(trust.repository)/os/\(trust.architecture)" }
    private static func signature(of trust: DatabaseTrust) -> String {
        "\(folder(of: trust))/\(trust.repository).db.sig"
    }
}
