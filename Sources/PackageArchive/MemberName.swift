import CArchive

/// What becomes of member paths: the rules for signed packages, and the text that repo-add lists.
enum MemberName {
    /// The longest path, as on Linux.
    static let maximumLength = 4096
    /// The metadata members that makepkg writes; every other dot name at the top is refused.
    static let metadata: Set<String> = [".PKGINFO", ".BUILDINFO", ".MTREE", ".INSTALL", ".CHANGELOG"]

    /// The path as text if it is plain: relative, UTF-8, without controls and without empty, `.` or `..` components.
    ///
    /// A directory's path ends in one slash, which is not part of the result.
    static func plain(_ untrustedPath: [UInt8], isDirectory: Bool) -> String? {
        guard let text = String(validating: untrustedPath, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
            text.hasSuffix("/") == isDirectory
        else { return nil }
        let path = isDirectory ? String(text.dropLast()) : text
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = components.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
        return isPlain ? path : nil
    }

    /// Whether libalpm would take a file of this path for an entry if the package were served as a database.
    static func isDatabaseEntry(_ path: String) -> Bool {
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        return components.count == 2 && ["desc", "files", "depends"].contains(components[1])
    }

    /// Whether repo-add leaves the path out: `bsdtar --exclude='^.*'` drops what begins with a dot, after any `./`.
    static func isLeftOut(_ path: [UInt8]) -> Bool {
        var rest = path[...]
        if rest.starts(with: "./".utf8) {
            rest = rest.dropFirst()
            while rest.first == UInt8(ascii: "/") || rest.starts(with: "./".utf8) || rest.elementsEqual(".".utf8) {
                rest = rest.dropFirst()
            }
        }
        return rest.first == UInt8(ascii: ".")
    }

    /// The path as bsdtar prints it in the current locale: escapes for the backslash and for what does not print.
    ///
    /// From the first byte that begins no character it takes every byte for itself, so that only ASCII still prints.
    static func escaped(_ path: [UInt8]) -> [UInt8] {
        if path.allSatisfy({ isPlainASCII($0) }) { return path }
        var printed: [UInt8] = []
        var rest = path[...]
        while let (length, prints) = firstCharacter(of: rest) {
            let bytes = rest.prefix(length)
            rest = rest.dropFirst(length)
            if prints {
                printed += bytes
            } else {
                for byte in bytes { printed += escape(byte) }
            }
        }
        for byte in rest { printed += isPlainASCII(byte) ? [byte] : escape(byte) }
        return printed
    }

    /// The escaped path for an error message, cut to a readable length.
    static func forMessage(_ path: [UInt8]) -> String {
        let text = String(decoding: escaped(Array(path.prefix(200))), as: UTF8.self)
        return path.count > 200 ? text + "…" : text
    }

    private static let letterEscapes: [UInt8: UInt8] = [
        0x07: UInt8(ascii: "a"), 0x08: UInt8(ascii: "b"), 0x0c: UInt8(ascii: "f"), 0x0a: UInt8(ascii: "n"),
        0x0d: UInt8(ascii: "r"), 0x09: UInt8(ascii: "t"), 0x0b: UInt8(ascii: "v"),
        UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]

    private static func isPlainASCII(_ byte: UInt8) -> Bool {
        (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        if let letter = letterEscapes[byte] { return [UInt8(ascii: "\\"), letter] }
        return [UInt8(ascii: "\\")] + [byte >> 6, byte >> 3 & 7, byte & 7].map { UInt8(ascii: "0") + $0 }
    }

    /// The length in bytes of the first character and whether it prints as it is.
    private static func firstCharacter(of bytes: ArraySlice<UInt8>) -> (length: Int, prints: Bool)? {
        let length = unsafe bytes.withUnsafeBytes {
            unsafe creposeal_archive_character($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard length != 0 else { return nil }
        return (Int(abs(length)), length > 0 && bytes.first != UInt8(ascii: "\\"))
    }
}
