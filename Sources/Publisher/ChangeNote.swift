import Descriptors

/// `lastupdate` in a published directory: since when it is as it is, by which mirrors and tools see that something changed.
///
/// It is the time of the last change in Unix seconds, and always more than it said before: two changes within a second, or
/// after the clock was set back, are two numbers.
struct ChangeNote {
    private let target: String

    /// The note of a published directory.
    init(below target: String) { self.target = target }

    private var path: String { "\(target)/lastupdate" }
    /// Is there while a change may have been made that is not told of yet.
    private var pending: String { "\(target)/.reposeal/untold" }

    /// Changes something, which `catchUp` tells of, by this process or by the next if this one is killed in between.
    func around(_ change: () throws -> Void) throws {
        try DurableFile.makeDirectory(DurableFile.parent(of: pending))
        try DurableFile.write([], to: pending)
        try change()
    }

    /// Tells of a change that was not told of yet; `changed` is when the databases changed, in Unix seconds.
    func catchUp(with changed: UInt64?) throws(DescriptorError) {
        guard let changed else { return }
        let told = try DurableFile.readIfPresent(path, limit: 64).flatMap {
            UInt64(String(decoding: $0.dropLast(), as: UTF8.self))
        }
        let isPending = DurableFile.exists(pending)
        if let told, told >= changed, !isPending { return }
        let next = told.map { $0 < .max ? max(changed, $0 + 1) : changed } ?? changed
        try DurableFile.write(Array("\(next)\n".utf8), to: path)
        if isPending { DurableFile.removeIfPresent(pending) }
    }
}
