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
        tar += header(kind, path, size: content.count)
        tar += content
        tar.append(contentsOf: repeatElement(0, count: (blockSize - content.count % blockSize) % blockSize))
    }

    private static func header(_ kind: Kind, _ path: HeaderPath, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            header.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        func put(octal number: Int, digits: Int, at offset: Int) {
            for digit in 0..<digits { header[offset + digits - 1 - digit] = 0x30 + UInt8(number >> (3 * digit) & 7) }
        }
        put(path.name, at: 0)
        put(octal: kind == .directory ? 0o755 : 0o644, digits: 7, at: 100)
        for offset in [108, 116, 329, 337] { put(octal: 0, digits: 7, at: offset) }  // uid, gid, devmajor, devminor
        put(octal: size, digits: 11, at: 124)
        put(octal: 0, digits: 11, at: 136)  // mtime
        put("        ".utf8, at: 148)
        header[156] = kind.rawValue
        put("ustar\u{0}00".utf8, at: 257)
        for offset in [265, 297] { put("root".utf8, at: offset) }  // uname, gname
        put(path.prefix, at: 345)
        put(octal: header.reduce(0) { $0 + Int($1) }, digits: 6, at: 148)
        header[154] = 0
        return header
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
