public import SigningProtocol

extension JobKind {
    /// What such a job is called.
    public var name: String {
        switch self {
        case .update: "update"
        case .refresh: "refresh"
        case .repositoryImport: "import"
        case .resign: "re-signing"
        }
    }
}
