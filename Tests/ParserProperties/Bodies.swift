import Cryptography
import Deflate
import JailRecords
import SigningProtocol

/// The first byte chooses: 0 a stream without a dictionary, 1 with that of requests, 2 the streams of an answer, each after two
/// bytes that say to how many bytes it must come; 3 what the monitor asks a verifier; 4 and above a text to deflate.
func checkBody(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard untrustedBytes.count >= 3 else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let length = Int(rest[0]) << 8 | Int(rest[1])
    switch untrustedBytes[0] {
    case 0: try checkStream(Array(rest.dropFirst(2)), length: length, dictionary: [])
    case 1: try checkStream(Array(rest.dropFirst(2)), length: length, dictionary: BodyDictionary.request)
    case 2: try checkAnswer(Array(rest.dropFirst(2)), length: length)
    case 3:
        let header = Array(rest.prefix(InflationRequest.headerByteCount))
        guard let (length, count) = try? InflationRequest.parts(ofHeader: header),
            rest.count >= header.count + count
        else { return }
        let dictionary = Array(rest[header.count..<header.count + count])
        let bytes = InflationRequest(length: length, dictionary: dictionary).bytes
        try require(bytes == header + dictionary, "a request to inflate has one encoding")
        try checkStream(
            Array(rest.dropFirst(bytes.count)), length: Int(length & 0xffff), dictionary: dictionary)
    default:
        let stream = try? Deflate.compress(rest, level: 9, dictionary: BodyDictionary.request)
        let text = stream.flatMap {
            try? Deflate.decompress(whole: $0, length: rest.count, dictionary: BodyDictionary.request)
        }
        try require(text == rest, "what was deflated inflates to itself")
    }
}

private func checkStream(_ untrustedStream: [UInt8], length: Int, dictionary: [UInt8]) throws(BrokenRule) {
    let found = try? Deflate.decompress(untrustedStream[...], capacity: length, dictionary: dictionary)
    let steps = InflationInSteps(of: untrustedStream, capacity: length, dictionary: dictionary)
    try require(found?.output == steps.output, "one call inflates to what many small ones do, or neither works")
    try require(found?.consumed == steps.consumed, "one call takes as much of the stream as many small ones")
    try require(steps.byteCountTaken <= 1 << 16, "besides the output zlib takes at most 64 KiB of memory")
    let streamed = try? inflateInPieces(untrustedStream, atMost: length, dictionary: dictionary)
    try require(found == nil || streamed == found?.output, "a stream that comes in pieces inflates as one in memory")
    let whole = try? Deflate.decompress(whole: untrustedStream, length: length, dictionary: dictionary)
    let isWhole = found.map { $0.output.count == length && $0.consumed == untrustedStream.count } ?? false
    try require(whole == (isWhole ? found?.output : nil), "a whole stream has its length and ends with its bytes")
}

/// What the verifier makes of a stream whose bytes come a few at a time, up to a number of bytes.
private func inflateInPieces(
    _ untrustedStream: [UInt8], atMost count: Int, dictionary: [UInt8]
) throws(DeflateError) -> [UInt8] {
    var inflation = try StreamedInflation(dictionary: dictionary)
    var output: [UInt8] = []
    var rest = untrustedStream[...]
    var piece: ArraySlice<UInt8> = []
    while !inflation.hasEnded, output.count < count {
        if piece.isEmpty {
            piece = rest.prefix(7)
            rest = rest.dropFirst(7)
        }
        let isLast = piece.isEmpty
        let bytes = try inflation.inflate(&piece, atMost: min(5, count - output.count))
        if isLast, bytes.isEmpty { break }
        output += bytes
    }
    return output
}

private func checkAnswer(_ untrustedStreams: [UInt8], length: Int) throws(BrokenRule) {
    let dictionary = AnswerDictionary(
        to: .outcome(of: .zeros), logOrigin: "log.example", logSize: 7, logRoot: .zeros)
    guard let body = try? dictionary.inflate(untrustedStreams, length: length) else { return }
    try require(body.count == length, "the body of an answer has the length that was said")
    let again = (try? dictionary.deflate(body)).flatMap { try? dictionary.inflate($0, length: length) }
    try require(again == body, "the body of an answer inflates to itself")
}
