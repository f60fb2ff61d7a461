/// A second, independent look at the headers of a tar, for what libarchive hides: type flags, magic and padding.
///
/// It accepts POSIX ustar and pax archives of regular files, hard and symbolic links and directories (POSIX.1-2017,
/// pax, "ustar Interchange Format"), and what follows the end-of-archive block must be zeros. Where it finds headers is
/// compared with where libarchive found them: an archive on which two readers differ is refused.
struct TarWalk {
    static let blockSize = 512
    /// The largest pax header; a path of 4 KiB and the usual times fit many times over.
    static let maximumExtendedHeader = 1 << 20
    /// The longest padding after the last member; tar programs write up to one record of 10240 bytes.
    static let maximumPadding = 1 << 20

    /// Where each member's first header begins.
    private(set) var headerOffsets: [Int64] = []

    private enum Expectation {
        case header
        case extendedHeader(remaining: Int)
        case data
        case padding
    }

    private var expectation = Expectation.header
    private var position: Int64 = 0
    private var pending: [UInt8] = []
    private var bytesToSkip: UInt64 = 0
    private var extendedHeader: [UInt8]?
    private var paddingLength = 0

    /// Looks at the next bytes of the archive.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(ArchiveFailure) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            let used: Int
            if case .data = expectation {
                used = unsafe Int(min(UInt64(rest.count), bytesToSkip))
                bytesToSkip -= UInt64(used)
                if bytesToSkip == 0 { expectation = .header }
            } else {
                used = unsafe min(rest.count, Self.blockSize - pending.count)
                unsafe pending.append(contentsOf: rest.prefix(used))
                if pending.count == Self.blockSize {
                    let block = pending
                    pending.removeAll(keepingCapacity: true)
                    try take(block)
                }
            }
            position += Int64(used)
            unsafe rest = rest.dropFirst(used)
        }
    }

    /// Says that the archive is over.
    func finish() throws(ArchiveFailure) {
        guard case .padding = expectation, pending.isEmpty else {
            throw ArchiveFailure(reason: "the tar has no end-of-archive block")
        }
    }

    /// Takes one whole block; `position` is still short of its end by the piece that completed it.
    private mutating func take(_ block: [UInt8]) throws(ArchiveFailure) {
        switch expectation {
        case .extendedHeader(let remaining):
            extendedHeader?.append(contentsOf: block.prefix(remaining))
            expectation =
                remaining > Self.blockSize ? .extendedHeader(remaining: remaining - Self.blockSize) : .header
        case .padding:
            paddingLength += Self.blockSize
            guard paddingLength <= Self.maximumPadding, block.allSatisfy({ $0 == 0 }) else {
                throw ArchiveFailure(reason: "something other than padding follows the end of the tar")
            }
        case .header, .data:
            try takeHeader(block)
        }
    }

    private mutating func takeHeader(_ block: [UInt8]) throws(ArchiveFailure) {
        if block.allSatisfy({ $0 == 0 }) {
            guard extendedHeader == nil else { throw ArchiveFailure(reason: "a pax header precedes no member") }
            expectation = .padding
            return
        }
        guard block[257..<265].elementsEqual("ustar\u{0}00".utf8) else {
            throw ArchiveFailure(reason: "a header is neither POSIX ustar nor pax")
        }
        guard let size = Self.octal(block[124..<136]) else {
            throw ArchiveFailure(reason: "a header's size is not octal digits")
        }
        if extendedHeader == nil { headerOffsets.append(blockStart) }
        switch block[156] {
        case UInt8(ascii: "x"):
            guard extendedHeader == nil, size > 0, size <= UInt64(Self.maximumExtendedHeader) else {
                throw ArchiveFailure(reason: "a pax header is doubled, empty or over 1 MiB")
            }
            extendedHeader = []
            expectation = .extendedHeader(remaining: Int(size))
        case UInt8(ascii: "0"):
            skip(try PaxRecords.size(in: extendedHeader) ?? size)
        case UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "5"):
            guard try (PaxRecords.size(in: extendedHeader) ?? size) == 0 else {
                throw ArchiveFailure(reason: "a link or directory carries data")
            }
            skip(0)
        default:
            throw ArchiveFailure(reason: "a member's type flag is none of 0 1 2 5 x")
        }
    }

    /// Where the block that was just completed began: all earlier blocks were whole.
    private var blockStart: Int64 { position / Int64(Self.blockSize) * Int64(Self.blockSize) }

    private mutating func skip(_ size: UInt64) {
        extendedHeader = nil
        let block = UInt64(Self.blockSize)
        bytesToSkip = (size + block - 1) / block * block
        expectation = bytesToSkip == 0 ? .header : .data
    }

    /// The value of a numeric field: octal digits, then only spaces and NULs.
    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let digits = field.prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else {
            return nil
        }
        return digits.reduce(0) { $0 << 3 | UInt64($1 - UInt8(ascii: "0")) }
    }
}

/// The records of a pax extended header, `LENGTH KEY=VALUE` and a newline each.
enum PaxRecords {
    private static let knownKeys: Set<String> = [
        "path", "linkpath", "size", "mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment",
        "LIBARCHIVE.creationtime", "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink", "SCHILY.fflags",
    ]
    private static let knownPrefixes = ["SCHILY.xattr.", "LIBARCHIVE.xattr.", "SCHILY.acl.", "RHT.security."]

    /// The member size that a header states, or `nil` if it leaves that to the ustar header.
    ///
    /// Throws for keys that could change what a member is, such as those of sparse files, for repeated keys and for
    /// malformed records.
    static func size(in untrustedHeader: [UInt8]?) throws(ArchiveFailure) -> UInt64? {
        var rest = (untrustedHeader ?? [])[...]
        var size: UInt64?
        var seen: Set<String> = []
        while !rest.isEmpty {
            let digits = rest.prefix { $0 != UInt8(ascii: " ") }
            guard let length = decimal(digits), length > digits.count + 2, length <= rest.count else {
                throw ArchiveFailure(reason: "a pax record's length is wrong")
            }
            let record = rest.prefix(length).dropFirst(digits.count + 1)
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw ArchiveFailure(reason: "a pax record is not KEY=VALUE and a newline")
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            guard knownKeys.contains(key) || knownPrefixes.contains(where: key.hasPrefix), seen.insert(key).inserted
            else { throw ArchiveFailure(reason: "a pax header has an unknown or repeated key") }
            if key == "size" {
                guard let value = decimal(record[record.index(after: equals)...].dropLast()) else {
                    throw ArchiveFailure(reason: "a pax size is not a decimal number")
                }
                size = UInt64(value)
            }
            rest = rest.dropFirst(length)
        }
        return size
    }

    /// At most 15 decimal digits as a number.
    private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...15).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
