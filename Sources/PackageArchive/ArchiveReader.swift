import CArchive
import Glibc

/// Where a libarchive reader takes its bytes from: a file, or another reader's output.
package protocol ArchiveSource: AnyObject {
    /// The next bytes, empty at the end, `nil` after a failure; they stay valid until the next call.
    func next() -> UnsafeRawBufferPointer?
}

/// What libarchive gets as its context: a class reference, which a protocol existential is not.
private final class SourceBox {
    let source: any ArchiveSource

    init(_ source: any ArchiveSource) {
        self.source = source
    }
}

/// One member's header, as libarchive understands it.
package struct ArchiveMember: Equatable {
    /// What the member is.
    package enum Kind: Equatable {
        case file, directory, symbolicLink, hardLink, other
    }

    /// The path in the archive, byte for byte in a UTF-8 locale.
    package let path: [UInt8]
    /// What the member is.
    package let kind: Kind
    /// The target of a hard link, otherwise `nil`.
    package let hardLinkTarget: [UInt8]?
    /// Where the member's first header begins in the unpacked archive.
    package let headerOffset: Int64
}

/// What libarchive said when it gave up.
package struct ArchiveFailure: Error, Equatable {
    /// A short reason, without the archive's contents.
    package let reason: String

    /// Gives up for a reason that completes a sentence about the archive.
    package init(reason: String) {
        self.reason = reason
    }
}

/// Owns one `struct archive *` that reads from a source.
@safe package struct ArchiveReader: ~Copyable {
    private let handle: OpaquePointer
    private let box: SourceBox

    /// What a reader makes of its bytes.
    package enum Format {
        /// Unpacks any compression that pacman uses.
        case unpacked
        /// Reads members from an unpacked tar.
        case tar
        /// Unpacks and reads members, where no one else needs to see the tar.
        case packedTar
    }

    /// Opens `source` for reading; the reader keeps it alive.
    package init(_ source: any ArchiveSource, as format: Format) throws(ArchiveFailure) {
        guard let handle = unsafe archive_read_new() else { throw ArchiveFailure(reason: "out of memory") }
        let box = SourceBox(source)
        do throws(ArchiveFailure) {
            try unsafe Self.open(handle, on: box, as: format)
        } catch {
            unsafe archive_read_free(handle)
            throw error
        }
        unsafe self.handle = handle
        self.box = box
    }

    private static func open(_ handle: OpaquePointer, on box: SourceBox, as format: Format) throws(ArchiveFailure) {
        switch format {
        case .unpacked:
            try unsafe check(creposeal_archive_support_package_filters(handle), handle)
            try unsafe check(archive_read_support_format_raw(handle), handle)
        case .tar:
            try unsafe check(archive_read_support_format_tar(handle), handle)
        case .packedTar:
            try unsafe check(creposeal_archive_support_package_filters(handle), handle)
            try unsafe check(archive_read_support_format_tar(handle), handle)
        }
        let context = unsafe Unmanaged.passUnretained(box).toOpaque()
        let status = unsafe archive_read_open(
            handle, context, nil,
            { _, context, bytes in
                guard let context = unsafe context,
                    let chunk = unsafe Unmanaged<SourceBox>.fromOpaque(context).takeUnretainedValue().source.next()
                else { return Int(ARCHIVE_FATAL) }
                unsafe bytes?.pointee = chunk.baseAddress
                return chunk.count
            }, nil)
        try unsafe check(status, handle)
    }

    deinit {
        unsafe archive_read_free(handle)
    }

    /// The next member, or `nil` at the end of the archive.
    package func nextMember() throws(ArchiveFailure) -> ArchiveMember? {
        var entry: OpaquePointer?
        let status = unsafe archive_read_next_header(handle, &entry)
        if status == ARCHIVE_EOF { return nil }
        try unsafe Self.check(status, handle)
        guard let entry = unsafe entry, let path = unsafe archive_entry_pathname(entry) else {
            throw ArchiveFailure(reason: "a member has no path that UTF-8 can express")
        }
        let target = unsafe archive_entry_hardlink(entry)
        let kind: ArchiveMember.Kind =
            switch unsafe archive_entry_filetype(entry) {
            case _ where unsafe target != nil: .hardLink
            case 0o100000: .file
            case 0o040000: .directory
            case 0o120000: .symbolicLink
            default: .other
            }
        return unsafe ArchiveMember(
            path: cBytes(path), kind: kind, hardLinkTarget: target.map { unsafe cBytes($0) },
            headerOffset: archive_read_header_position(handle))
    }

    /// The number of compression layers around the bytes.
    package var compressionLayers: Int {
        unsafe Int(archive_filter_count(handle)) - 1
    }

    /// How many bytes of the source belong to what was read so far.
    var bytesConsumed: Int64 {
        unsafe archive_filter_bytes(handle, -1)
    }

    /// The data of the current member, which must not exceed `limit` bytes (`nil` if it does).
    package func data(limit: Int) throws(ArchiveFailure) -> [UInt8]? {
        var data: [UInt8] = []
        while let block = try unsafe nextBlock() {
            guard block.count <= limit - data.count else { return nil }
            unsafe data.append(contentsOf: block)
        }
        return data
    }

    /// The next block of the current member's data without holes, or `nil` at its end; valid until the next call.
    func nextBlock() throws(ArchiveFailure) -> UnsafeRawBufferPointer? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let status = unsafe archive_read_data_block(handle, &start, &count, &offset)
        if status == ARCHIVE_EOF { return nil }
        try unsafe Self.check(status, handle)
        return unsafe UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Throws unless libarchive is wholly content: a warning about a damaged member is a failure too.
    private static func check(_ status: CInt, _ handle: OpaquePointer) throws(ArchiveFailure) {
        guard status != ARCHIVE_OK else { return }
        let reason = unsafe archive_error_string(handle).map { unsafe String(cString: $0) }
        throw ArchiveFailure(reason: reason ?? "libarchive failed with status \(status)")
    }
}

/// The bytes of a C string without its terminator.
private func cBytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
