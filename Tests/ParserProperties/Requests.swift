import SigningProtocol

/// The first byte chooses: 0 a signed token, 1 the body of a request after its kind, 2 a job, 3 a signed answer, 4 the seal of
/// one, 5 and above its body.
func checkRequest(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0: _ = try checkSignedToken(rest)
    case 1: if let kind = rest.first { try checkRequestBody(Array(rest.dropFirst()), kind: kind) }
    case 2:
        guard let job = try? Job(decoding: rest, limits: .fuzzed) else { return }
        try require(job.encoded == rest, "a job has one encoding")
        try require(
            job.packageCount <= JobLimits.fuzzed.maximumPackages || job.kind == .repositoryImport, "limits hold")
        let demand = Job(kind: job.kind, changes: job.changes, evidence: [])
        try require(demand.hash == job.hash, "the hash of a job does not cover its evidence")
    case 3:
        guard let answer = try? SignedAnswer(decoding: rest) else { return }
        try require(answer.encoded == rest, "a signed answer has one encoding")
        try checkAnswerBody(answer.body)
    case 4:
        guard let seal = try? AnswerSeal(decoding: rest, withDigest: rest.count > 120) else { return }
        try require(seal.encoded == rest, "the seal of an answer has one encoding")
    default: try checkAnswerBody(rest)
    }
}

/// The token, if it is one.
func checkSignedToken(_ untrustedBytes: [UInt8]) throws(BrokenRule) -> RequestToken? {
    guard let signed = try? SignedToken(decoding: untrustedBytes) else { return nil }
    try require(signed.encoded == untrustedBytes, "a signed token has one encoding")
    guard let token = try? signed.untrustedToken() else { return nil }
    try require(token.encoded == signed.data, "a token has one encoding")
    return token
}

func checkRequestBody(_ untrustedBody: [UInt8], kind: UInt8) throws(BrokenRule) {
    guard let request = try? RequestBody(decoding: untrustedBody, kind: kind, limits: .fuzzed) else { return }
    try require(request.encoded == untrustedBody, "the body of a request has one encoding")
    try require(request.kind == kind, "the body of a request has one kind")
    if case .motion(let motion) = request {
        try require(
            Motion(motion.content, evidence: []).hash == motion.hash,
            "the hash of a motion does not cover its evidence")
    }
}

func checkAnswerBody(_ untrustedBody: [UInt8]) throws(BrokenRule) {
    guard let body = try? AnswerBody(decoding: untrustedBody) else { return }
    try require(body.encoded == untrustedBody, "the body of an answer has one encoding")
    if case .refused(let refusals) = body { try require(!refusals.isEmpty, "a refusal has a reason") }
}

extension JobLimits {
    /// Limits of which both can be reached by small inputs.
    fileprivate static let fuzzed = JobLimits(maximumBytes: 4096, maximumPackages: 8)
}
