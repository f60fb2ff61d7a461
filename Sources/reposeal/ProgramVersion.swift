/// What `reposeal --version` prints.
enum ProgramVersion {
    /// The program's own version.
    static let number = "0.1.0"

    /// The version and what decides about the bytes of a database.
    static var text: String {
        "reposeal \(number)"
    }
}
