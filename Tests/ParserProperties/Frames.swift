import ByteCoding
import Link

/// The first byte chooses: 0 a stream of frames, 1 the payload of a hello, 2 and above a frame without its checksum and
/// stuffing, which are put on.
func checkFrame(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    switch choice {
    case 0: try checkStream(rest)
    case 1:
        guard let greeting = try? Greeting(decoding: rest), let versions = try? highestVersion(of: rest), versions == 4
        else { return }
        try require(greeting.encoded == rest, "a hello of our version has one encoding")
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

/// The decoder has the stream in two pieces, or in one where the first byte says so.
private func checkStream(_ untrustedStream: [UInt8]) throws(BrokenRule) {
    let cut = untrustedStream.first.map { Int($0) % untrustedStream.count } ?? 0
    var decoder = FrameDecoder()
    let found =
        try? decoder.frames(in: Array(untrustedStream[..<cut])) + decoder.frames(in: Array(untrustedStream[cut...]))
    try require(
        try found == framesBetweenZeros(untrustedStream),
        "frames are what stands between two zeros, in whatever pieces the stream comes")
}

/// The frames that end in a stream, each read by itself; nil if one is of another version.
private func framesBetweenZeros(_ untrustedStream: [UInt8]) throws(BrokenRule) -> [Frame]? {
    var frames: [Frame]? = []
    for part in untrustedStream.split(separator: 0) {
        let stuffed = Array(part)
        guard part.endIndex < untrustedStream.endIndex else {
            try checkStuffing(stuffed)
            continue
        }
        switch Result(catching: { () throws(LinkError) in try Frame(stuffed: stuffed) }) {
        case .success(let frame):
            try check(frame, is: stuffed)
            frames?.append(frame)
        case .failure(let error):
            try checkStuffing(stuffed)
            if case .version = error { frames = nil }
        }
    }
    return frames
}

private func checkStuffing(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let bytes = COBS.decode(untrustedBytes) else { return }
    try require(COBS.encode(bytes) == untrustedBytes, "COBS has one encoding")
}

private func checkContent(_ untrustedContent: [UInt8]) throws(BrokenRule) {
    var writer = ByteWriter()
    writer.fixed(untrustedContent)
    writer.integer(CRC32C.checksum(of: untrustedContent[...]))
    let stuffed = COBS.encode(writer.bytes)
    try require(COBS.decode(stuffed) == writer.bytes, "COBS reads back what it wrote")
    guard let frame = try? Frame(stuffed: stuffed) else { return }
    try check(frame, is: stuffed)
}

private func check(_ frame: Frame, is stuffed: [UInt8]) throws(BrokenRule) {
    try require(frame.wireBytes == [0] + stuffed + [0], "a frame has one encoding")
}
