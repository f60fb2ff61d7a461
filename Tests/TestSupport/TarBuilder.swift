/// Writes POSIX ustar archives byte by byte, good ones and ones that no tar program would write.
public struct TarBuilder: Sendable {
    /// The archive so far, without its end.
    public var bytes: [UInt8] = []

    /// Starts an archive.
    public init() {}

    /// The archive with its end-of-archive blocks.
    public var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    /// Adds a member; a directory's path ends in a slash, `size` can contradict the data.
    public mutating func add(
        _ path: some Sequence<UInt8>, data: [UInt8] = [], flag: Character = "0", target: String = "", size: Int? = nil,
        magic: String = "ustar\u{0}00"
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in text.enumerated() { header[offset + index] = byte }
        }
        let octal = String(size ?? data.count, radix: 8)
        put(Array(path).prefix(100), at: 0)
        put((flag == "5" ? "0000755" : "0000644").utf8, at: 100)
        put("0000000".utf8, at: 108)
        put("0000000".utf8, at: 116)
        put(String(repeating: "0", count: 11 - octal.count).utf8, at: 124)
        put(octal.utf8, at: 135 - octal.count)
        put("00000000000".utf8, at: 136)
        put("        ".utf8, at: 148)
        put(flag.utf8, at: 156)
        put(target.utf8, at: 157)
        put(magic.utf8, at: 257)
        put("root".utf8, at: 265)
        put("root".utf8, at: 297)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put((String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ").utf8, at: 148)
        bytes += header + data
        bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// Adds a member whose path is text.
    public mutating func add(_ path: String, _ text: String = "", flag: Character = "0", target: String = "") {
        add(path.utf8, data: Array(text.utf8), flag: flag, target: target)
    }

    /// Adds a pax header with records for the member that follows.
    public mutating func addPax(_ records: KeyValuePairs<String, String>, flag: Character = "x") {
        var data: [UInt8] = []
        for (key, value) in records {
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count
            while length != rest.utf8.count + String(length).utf8.count {
                length = rest.utf8.count + String(length).utf8.count
            }
            data += Array("\(length)\(rest)".utf8)
        }
        add("PaxHeader".utf8, data: data, flag: flag)
    }
}
