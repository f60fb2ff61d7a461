/// A member of the archive in a database: POSIX ustar with everything fixed but path, type and content.
enum TarMember {
    static let blockSize = 512

    /// The type flags that occur.
    enum Kind: UInt8 {
        case file = 0x30
        case directory = 0x35
        case extendedHeader = 0x78
    }

    /// Appends a member; a path that no ustar header holds comes with a pax header before it.
    static func append(_ kind: Kind, path: String, content: [UInt8] = [], to tar: inout [UInt8]) {
        let fields = HeaderPath(path)
        if fields == nil {
            appendBlock(.extendedHeader, HeaderPath.ofExtendedHeader, paxRecord(path: path), to: &tar)
        }
        appendBlock(kind, fields ?? HeaderPath(truncating: path), content, to: &tar)
    }

    /// A path as the name and prefix fields of a ustar header.
    private struct HeaderPath {
        var name: ArraySlice<UInt8>
        var prefix: ArraySlice<UInt8> = []

        static let ofExtendedHeader = HeaderPath(truncating: "PaxHeader")

        init(truncating path: String) { name = Array(path.utf8).prefix(100) }

        init?(_ path: String) {
            let bytes = Array(path.utf8)
            self.init(truncating: path)
            if bytes.count <= 100 { return }
            guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash <= 155, slash < bytes.count - 1 else {
                return nil
            }
            prefix = bytes[..<slash]
            name = bytes[(slash + 1)...]
        }
    }

    private static func appendBlock(_ kind: Kind, _ path: HeaderPath, _ content: [UInt8], to tar: inout [UInt8]) {
        appendHeader(kind, path, size: content.count, to: &tar)
        tar += content
        tar.append(contentsOf: repeatElement(0, count: (blockSize - content.count % blockSize) % blockSize))
    }

    private static func appendHeader(_ kind: Kind, _ path: HeaderPath, size: Int, to tar: inout [UInt8]) {
        let start = tar.count
        var sum = 0
        tar.append(contentsOf: repeatElement(0, count: blockSize))
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            for (position, byte) in zip((start + offset)..., bytes) {
                tar[position] = byte
                sum += Int(byte)
            }
        }
        func put(octal number: Int, digits: Int, at offset: Int) {
            let shifts = stride(from: 3 * (digits - 1), through: 0, by: -3)
            put(shifts.lazy.map { 0x30 + UInt8(number >> $0 & 7) }, at: offset)
        }
        put(path.name, at: 0)
        put(octal: kind == .directory ? 0o755 : 0o644, digits: 7, at: 100)
        for offset in [108, 116, 329, 337] { put(octal: 0, digits: 7, at: offset) }  // uid, gid, devmajor, devminor
        put(octal: size, digits: 11, at: 124)
        put(octal: 0, digits: 11, at: 136)  // mtime
        put(CollectionOfOne(kind.rawValue), at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        for offset in [265, 297] { put("root".utf8, at: offset) }  // uname, gname
        put(path.prefix, at: 345)
        // The sum counts spaces where it stands itself.
        put("        ".utf8, at: 148)
        put(octal: sum, digits: 6, at: 148)
        tar[start + 154] = 0
    }

    /// `LENGTH path=PATH` and a line feed, where LENGTH counts its own digits (POSIX pax, "pax Extended Header").
    private static func paxRecord(path: String) -> [UInt8] {
        let rest = " path=\(path)\n"
        var length = rest.utf8.count
        while length != String(length).utf8.count + rest.utf8.count {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array("\(length)\(rest)".utf8)
    }
}
