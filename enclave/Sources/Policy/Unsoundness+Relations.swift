import ALPMTypes
import OpenPGPFormat

/// What repositories say of each other that makes a policy unsound.
extension SigningPolicy {
    var references: [String] {
        let keys = Set(enclave.repositoryKeys.map(\.fingerprint))
        let names = Set(repositories.map(\.name))
        return repositories.flatMap { repository in
            (keys.contains(repository.key) ? [] : ["\(repository.name) names an unknown key, \(repository.key)"])
                + repository.named.filter { !names.contains($0) }
                .map { "\(repository.name) names an unknown repository, \($0)" }
        }
    }

    /// A companion holds the debug packages of one other repository, database by database.
    var companions: [String] {
        repositories.flatMap { repository -> [String] in
            guard let companion = repository.debugCompanion.flatMap({ self.repository($0) }) else { return [] }
            let place = "\(companion.name), the debug companion of \(repository.name),"
            if companion.name == repository.name { return ["\(place) is the repository itself"] }
            var reasons: [String] = []
            if Set(companion.architectures) != Set(repository.architectures) {
                reasons.append("\(place) has other architectures")
            }
            if companion.debugCompanion != nil { reasons.append("\(place) has a debug companion too") }
            if repositories.contains(where: { $0.name != repository.name && $0.debugCompanion == companion.name }) {
                reasons.append("\(place) is that of another one too")
            }
            return reasons
        }
    }

    /// A repository replaces its own packages anyway.
    var idleGrants: [String] {
        repositories.filter { $0.replacesFrom.contains($0.name) }
            .map { "\($0.name) needs no grant to replace its own packages" }
    }

    /// Stock pacman takes the signed database of one repository as that of another, so the weakest rules count for both.
    var substitutions: [String] {
        repositories.flatMap { repository in
            repositories.filter { other in
                Set(other.admission.map(Set.init)) != Set(repository.admission.map(Set.init))
                    && !repository.acceptsSubstitution.contains(other.name)
            }.map { "\(repository.name) admits otherwise than \($0.name), whose database clients take as well" }
        }
    }
}

extension RepositoryPolicy {
    /// All other repositories that this one names.
    fileprivate var named: [RepositoryName] {
        promotesFrom + acceptsSubstitution + replacesFrom + [debugCompanion].compactMap(\.self)
    }
}
