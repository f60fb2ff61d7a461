import ByteCoding
import Link
import SigningProtocol

/// A whole message as its parts bring it: the count of the head, the head, and a body that crosses as it is.
///
/// The body is all that follows, whatever length the head names.
func checkMessage(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let count = try? MessageHead.byteCount(untrustedBytes.prefix(2)) else { return }
    let end = 2 + count
    guard untrustedBytes.count >= end else { return }
    var reader = ByteReader(untrusted: Array(untrustedBytes[2..<end]))
    guard let head = try? MessageHead(from: &reader) else { return }
    try require(head.encoded == Array(untrustedBytes[..<end]), "the head of a message has one encoding")
    let untrustedBody = Array(untrustedBytes[end...])
    switch head.kind {
    case .request: try checkRequest(head.content, untrustedBody)
    case .answer: try checkAnswer(head, untrustedBody)
    }
}

private func checkRequest(_ untrustedContent: [UInt8], _ untrustedBody: [UInt8]) throws(BrokenRule) {
    guard let token = try checkSignedToken(untrustedContent) else { return }
    try checkRequestBody(untrustedBody, kind: token.kind)
}

private func checkAnswer(_ head: MessageHead, _ untrustedBody: [UInt8]) throws(BrokenRule) {
    guard let seal = try? AnswerSeal(decoding: head.content, withDigest: head.isLarge) else { return }
    try require(seal.encoded == head.content, "the seal of an answer has one encoding")
    try checkAnswerBody(untrustedBody)
}
