import ByteCoding
import Link

/// The first byte chooses: 0 a stream of frames, 1 the payload of a hello, 2 the head of a message, 3 and above a
/// frame without its checksum and stuffing, which are put on.
func checkFrame(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0: try checkStream(rest)
    case 1:
        guard let greeting = try? Greeting(decoding: rest), let versions = try? highestVersion(of: rest), versions == 4
        else { return }
        try require(greeting.encoded == rest, "a hello of our version has one encoding")
    case 2:
        var reader = ByteReader(untrusted: rest)
        guard let head = try? MessageHead(from: &reader) else { return }
        try require(head.encoded.dropFirst(2) == rest[...], "the head of a message has one encoding")
    default: try checkContent(rest)
    }
}

/// 4 where both versions are 2.
private func highestVersion(of untrustedHello: [UInt8]) throws(ByteCodingError) -> UInt32 {
    var reader = ByteReader(untrusted: Array(untrustedHello.dropFirst(8)))
    let lowest: UInt16 = try reader.integer("lowest")
    let highest: UInt16 = try reader.integer("highest")
    return lowest == 2 ? UInt32(lowest) * UInt32(highest) : 0
}

private func checkStream(_ untrustedStream: [UInt8]) throws(BrokenRule) {
    var whole = FrameDecoder()
    let frames = try? whole.frames(in: untrustedStream)
    let cut = untrustedStream.first.map { Int($0) % untrustedStream.count } ?? 0
    var pieces = FrameDecoder()
    let found =
        try? pieces.frames(in: Array(untrustedStream.prefix(cut)))
        + pieces.frames(in: Array(untrustedStream.dropFirst(cut)))
    try require(found == frames, "frames are the same in whatever pieces the stream comes")
    for frame in frames ?? [] { try checkWire(frame) }
    for part in untrustedStream.split(separator: 0) {
        if let bytes = COBS.decode(part) { try require(COBS.encode(bytes) == Array(part), "COBS has one encoding") }
    }
}

private func checkContent(_ untrustedContent: [UInt8]) throws(BrokenRule) {
    var writer = ByteWriter()
    writer.fixed(untrustedContent)
    writer.integer(CRC32C.checksum(of: untrustedContent))
    let stuffed = COBS.encode(writer.bytes)
    try require(COBS.decode(stuffed) == writer.bytes, "COBS reads back what it wrote")
    guard let frame = try? Frame(stuffed: stuffed) else { return }
    try require(frame.wireBytes == [0] + stuffed + [0], "a frame has one encoding")
}

private func checkWire(_ frame: Frame) throws(BrokenRule) {
    var decoder = FrameDecoder()
    try require((try? decoder.frames(in: frame.wireBytes)) == [frame], "a frame reads back as itself")
}
