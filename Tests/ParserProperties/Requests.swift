import SigningProtocol

/// The first byte chooses: 0 a signed request, 1 its data, 2 a job, 3 a signed answer, 4 and above its body.
func checkRequest(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0: try checkSignedRequest(rest)
    case 1: try checkRequestData(rest)
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
    default: try checkAnswerBody(rest)
    }
}

private func checkSignedRequest(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let signed = try? SignedRequest(decoding: untrustedBytes) else { return }
    try require(signed.encoded == untrustedBytes, "a signed request has one encoding")
    let header = try? signed.untrustedHeader()
    if let request = try? Request(decoding: signed.data, limits: .fuzzed) {
        try require(request.header == header, "the header that is read first is that of the whole request")
    }
    try checkRequestData(signed.data)
}

private func checkRequestData(_ untrustedData: [UInt8]) throws(BrokenRule) {
    guard let request = try? Request(decoding: untrustedData, limits: .fuzzed) else { return }
    try require(request.encoded == untrustedData, "a request has one encoding")
    if case .motion(let motion) = request.body {
        try require(
            Motion(motion.content, evidence: []).hash == motion.hash,
            "the hash of a motion does not cover its evidence")
    }
}

private func checkAnswerBody(_ untrustedBody: [UInt8]) throws(BrokenRule) {
    guard let body = try? AnswerBody(decoding: untrustedBody) else { return }
    try require(body.encoded == untrustedBody, "the body of an answer has one encoding")
    if case .refused(let refusals) = body { try require(!refusals.isEmpty, "a refusal has a reason") }
}

extension JobLimits {
    /// Limits of which both can be reached by small inputs.
    fileprivate static let fuzzed = JobLimits(maximumBytes: 4096, maximumPackages: 8)
}
