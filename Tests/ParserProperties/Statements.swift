import Attestation

/// The bytes are the payload of an envelope, or any canonical JSON.
func checkStatement(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    let json = try? CanonicalJSON.parse(untrustedBytes, maximumDepth: Statement.maximumDepth)
    if let json {
        try require(CanonicalJSON.encode(json) == untrustedBytes, "a value of canonical JSON has one text")
    }
    guard let statement = try? Statement(parsing: untrustedBytes) else { return }
    try require(json != nil, "a statement is canonical JSON")
    try require(statement.canonicalBytes == untrustedBytes, "a statement has one encoding")
    try require(!statement.name.isEmpty, "a statement is of a kind that has a name")
}

/// The bytes are an envelope file.
func checkEnvelope(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let envelope = try? Envelope(parsingDSSE: untrustedBytes) else { return }
    try require((try? Envelope(parsingDSSE: envelope.dsseBytes)) == envelope, "an envelope reads back as itself")
    let prefix = Array("DSSEv1 28 \(Envelope.payloadType) \(envelope.payload.count) ".utf8)
    try require(envelope.signedBytes == prefix + envelope.payload, "what is signed is the DSSE encoding of the payload")
}
