import Attestation
import Cryptography
import Policy

/// The bytes are one policy, or two of which the second is to follow the first, separated by a line feed.
func checkPolicies(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    var policies: [SigningPolicy] = []
    for line in untrustedBytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false) {
        guard let policy = try? SigningPolicy(parsing: Array(line)) else { return }
        try require(policy.digest == SHA256.digest(of: Array(line)), "a policy is known by the digest of its bytes")
        let json = try? CanonicalJSON.parse(Array(line), maximumDepth: 8, maximumBytes: line.count)
        try require(json.map(CanonicalJSON.encode) == Array(line), "a policy is canonical JSON")
        try checkReferences(of: policy)
        policies.append(policy)
    }
    guard let first = policies.first, let last = policies.last else { return }
    try require(!first.refusals(succeededBy: first).isEmpty, "no policy follows itself")
    if first.refusals(succeededBy: last).isEmpty {
        try require(last.version == first.version + 1, "the version of what follows is one more")
        try require(last.previous == first.digest, "what follows names the one before")
        try require(last.unsoundness.isEmpty, "what follows is sound")
    }
}

/// What a policy names is found under its name; a sound one names only what it has.
private func checkReferences(of policy: SigningPolicy) throws(BrokenRule) {
    let isSound = policy.unsoundness.isEmpty
    for person in policy.people { try require(policy.person(person.id) == person, "people have ids of their own") }
    for machine in policy.machines {
        try require(policy.machine(machine.id) == machine, "machines have ids of their own")
    }
    for repository in policy.repositories {
        try require(policy.repository(repository.name) == repository, "repositories have names of their own")
        try require(
            !isSound || repository.promotesFrom.allSatisfy { policy.repository($0) != nil },
            "a sound policy promotes from repositories that it has")
    }
    try require(
        !isSound || (!policy.schedulers.isEmpty && policy.version > 0 && policy.expires > policy.notBefore),
        "under a sound policy somebody may ask, at some time")
}
