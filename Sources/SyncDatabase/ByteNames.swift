/// Package names to look for, compared by bytes as directories are: the sign for kelvin is not the letter K.
struct ByteNames {
    private let names: Set<[UInt8]>

    init(_ names: Set<String>) { self.names = Set(names.map { Array($0.utf8) }) }

    /// Whether a name is among them.
    func contains(_ name: String) -> Bool { names.contains(Array(name.utf8)) }
}
