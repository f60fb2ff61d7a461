import ALPMTypes
import Attestation
import Cryptography
import OpenPGPFormat

/// Why a well-formed policy must not come into force: rules that could never be met, or that protect nothing.
extension SigningPolicy {
    /// The reasons, each completing "the policy is unsound: …"; empty if the policy is sound.
    public var unsoundness: [String] {
        chronology + participants + sharedKeys + quorums + repositories.flatMap(unsoundness) + references
            + companions + idleGrants + substitutions + limits.unsoundness
    }

    private var chronology: [String] {
        var reasons: [String] = []
        if version == 0 { reasons.append("its version is 0") }
        if (version == 1) != (previous == nil) {
            reasons.append("the first policy, and no other, names no previous one")
        }
        if expires <= notBefore { reasons.append("it expires before it begins") }
        if enclave.epoch == 0 { reasons.append("the enclave's epoch is 0") }
        return reasons
    }

    private var participants: [String] {
        let people = Set(people.map(\.id))
        let ambiguous = machines.filter { people.contains($0.id) }
            .map { "\($0.id) is both a person and a machine" }
        let persons = self.people.flatMap { person in
            person.certificates.flatMap { Self.unsoundness(of: $0, owner: "person \(person.id)") }
        }
        let unreachable = schedulers.isEmpty ? ["nobody may ask the enclave for anything"] : []
        return unreachable + ambiguous + persons + repositoryKeys
    }

    private var repositoryKeys: [String] {
        let keys = enclave.repositoryKeys
        let algorithms = keys.flatMap { Self.algorithms(of: $0.stated.certificate, owner: "the enclave") }
        let mute = keys.filter { !$0.stated.certificate.signingKeys(at: notBefore).contains($0.fingerprint) }
            .map { key in
                key.signingKey == nil
                    ? "a certificate of the enclave is not the one stated, \(key.fingerprint)"
                    : "the repository key \(key.fingerprint) cannot sign"
            }
        // Clients take either for the other.
        let mixed = keys.filter { key in
            key.isDemonstration
                && keys.contains {
                    !$0.isDemonstration && $0.stated.certificate.fingerprint == key.stated.certificate.fingerprint
                }
        }.map {
            "the repository key \($0.fingerprint) is for demonstrations, and another one of its certificate is not"
        }
        return algorithms + mute + mixed + fleeting
    }

    /// Repositories whose key expires before a database that it signs as soon as the policy may be in force.
    private var fleeting: [String] {
        repositories.compactMap { repository in
            guard let key = enclave.repositoryKey(repository.key),
                let end = key.stated.certificate.expirationTime(of: key.fingerprint), end > notBefore,
                end - notBefore < repository.databaseValiditySeconds
            else { return nil }
            return "the repository key \(key.fingerprint) expires before a database of \(repository.name) "
                + "that it signs at once"
        }
    }

    /// Algorithms that only encrypt (RFC 4880 section 9.1, RFC 9580 section 9.1): such subkeys do no harm.
    private static let encryptionAlgorithms: Set<UInt8> = [2, 16, 18, 25, 26]

    private static func unsoundness(of stated: StatedCertificate, owner: String) -> [String] {
        (stated.certificate.fingerprint == stated.fingerprint
            ? [] : ["a certificate of \(owner) is not the one stated, \(stated.fingerprint)"])
            + algorithms(of: stated.certificate, owner: owner)
    }

    private static func algorithms(of certificate: Certificate, owner: String) -> [String] {
        var reasons: [String] = []
        for key in certificate.keys {
            guard case .unsupported(let algorithm) = key.material,
                key == certificate.primary || !encryptionAlgorithms.contains(algorithm)
            else { continue }
            reasons.append("key \(key.fingerprint) of \(owner) has the unsupported algorithm \(algorithm)")
        }
        return reasons
    }

    /// A key has one owner and one use.
    private var sharedKeys: [String] {
        var uses: [(owner: String, key: [UInt8])] = []
        for person in people {
            uses += person.certificates.flatMap { Self.names(of: $0).map { ("person \(person.id)", $0) } }
        }
        uses += enclave.repositoryKeys.flatMap { key in
            // Several subkeys of one primary key may sign.
            Self.names(of: key.stated).map { ("repository key \(key.stated.certificate.fingerprint)", $0) }
        }
        uses += machines.map { ("machine \($0.id)", $0.publicKey.bytes) }
        uses += schedulers.map { ("scheduler \($0.id)", $0.publicKey.bytes) }
        uses += [("the log", enclave.logKey.bytes), ("the enclave's answers", enclave.answerKey.bytes)]
        var owners: [[UInt8]: String] = [:]
        var reasons: [String] = []
        for (owner, key) in uses {
            if let other = owners[key], other != owner {
                let reason = "\(other) and \(owner) share a key"
                if !reasons.contains(reason) { reasons.append(reason) }
            } else {
                owners[key] = owner
            }
        }
        return reasons
    }

    /// What identifies the private keys of a certificate: fingerprints, points and moduli, which differ in length.
    private static func names(of stated: StatedCertificate) -> [[UInt8]] {
        [stated.fingerprint.bytes]
            + stated.certificate.keys.flatMap { key -> [[UInt8]] in
                switch key.material {
                case .rsa(let material): [key.fingerprint.bytes, material.modulus]
                case .ed25519(let material): [key.fingerprint.bytes, material.bytes]
                case .unsupported: [key.fingerprint.bytes]
                }
            }
    }

    private func people(holding role: String) -> Set<String> {
        Set(people.filter { $0.isAble(at: notBefore) && $0.roles.contains(role) }.map(\.id.text))
    }

    private var quorums: [String] {
        unsoundness(of: policyQuorum, minimum: 2, place: "the policy quorum")
            + unsoundness(of: importQuorum, minimum: 2, place: "the import quorum")
            + unsoundness(of: overrideQuorum, minimum: 2, place: "the override quorum")
            + unsoundness(of: revocationQuorum, minimum: 2, place: "the revocation quorum")
            + unsoundness(of: clockQuorum, minimum: 2, place: "the clock quorum")
            // Whoever may pass by the policy quorum must be more than it takes.
            + unsoundness(
                of: recoveryQuorum, minimum: max(2, policyQuorum.threshold + 1), place: "the recovery quorum")
    }

    private func unsoundness(of quorum: Quorum, minimum: Int, place: String) -> [String] {
        if quorum.threshold < minimum { return ["\(place) has a threshold below \(minimum)"] }
        let holders = people(holding: quorum.role).count
        return holders < quorum.threshold
            ? ["\(place) needs \(quorum.threshold) holders of the role \(quorum.role), but there are \(holders)"] : []
    }

    private func unsoundness(of repository: RepositoryPolicy) -> [String] {
        let name = repository.name
        var reasons = unsoundness(of: repository.removal, minimum: 1, place: "removal from \(name)")
        if repository.admission.isEmpty { reasons.append("nothing is ever admitted to \(name)") }
        for (index, alternative) in repository.admission.enumerated() {
            reasons += unsoundness(of: alternative, place: "alternative \(index + 1) of \(name)")
        }
        if repository.architectures.isEmpty { reasons.append("\(name) has no architecture") }
        if repository.architectures.contains(where: \.isAny) {
            reasons.append("\(name) has a database of no architecture")
        }
        if !(60...31_536_000).contains(repository.databaseValiditySeconds) {
            reasons.append("databases of \(name) are not valid for between a minute and a year")
        }
        return reasons + repository.rate.unsoundness(of: name.text) { !people(holding: $0).isEmpty }
    }

    private func unsoundness(of alternative: [Requirement], place: String) -> [String] {
        if alternative.isEmpty { return ["\(place) requires nothing"] }
        if alternative.contains(where: { $0.quorum.threshold < 1 }) { return ["\(place) has a threshold below 1"] }
        if !alternative.contains(where: \.kind.bindsPackage) {
            return ["\(place) requires no statement that says what the package is"]
        }
        let kinds = Set(alternative.map(\.kind))
        for requirement in alternative {
            // Nobody builds and approves anyway.
            let idle = requirement.distinctFrom.first { kind in
                let both = [kind, requirement.kind]
                return both[0] == both[1] || both.contains(.buildRecord) || !kinds.contains(kind)
            }
            guard let idle else { continue }
            return ["\(place) has \(requirement.kind.rawValue) distinct from \(idle.rawValue), which changes nothing"]
        }
        let holders = alternative.map { requirement in
            let role = requirement.quorum.role
            return requirement.kind == .buildRecord
                ? Set(machines.filter { $0.roles.contains(role) }.map(\.operator)) : people(holding: role)
        }
        let tally = Tally(requirements: alternative, supporters: holders)
        return zip(alternative, tally.counts()).filter { $0.quorum.threshold > $1 }.map { requirement, count in
            let quorum = requirement.quorum
            return "\(place) needs \(quorum.threshold) of \(requirement.kind.rawValue) by \(quorum.role), "
                + "but at most \(count) can count"
        }
    }
}
