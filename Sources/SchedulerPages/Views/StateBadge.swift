/// A state as a word and a shape; the colour is the style's.
enum StateBadge {
    private static let ring = "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z"
    private static let disc = "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z"
    private static let half = "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.6a3.4 3.4 0 0 1 0 6.8z"
    private static let arrow = "M1 5.1h5.6L4.3 2.8l1.3-1.3L10 6l-4.4 4.5-1.3-1.3 2.3-2.3H1z"
    private static let tick = "M1.4 6.4 2.7 5l2.1 2.2 4.6-4.8 1.3 1.4-5.9 6.1z"
    private static let cross =
        "M2.7 1.4 6 4.7l3.3-3.3 1.3 1.3L7.3 6l3.3 3.3-1.3 1.3L6 7.3l-3.3 3.3-1.3-1.3L4.7 6 1.4 2.7z"
    private static let dash = "M1.5 5h9v2h-9z"
    private static let triangle = "M6 1 11.5 11h-11zm-.8 3.6.3 3.2h1l.3-3.2zm0 4v1.2h1.6V8.6z"
    private static let plus = "M5 1h2v4h4v2H7v4H5V7H1V5h4z"
    private static let upward = "M6 1 10.5 5.7 9.2 7 7 4.8V11H5V4.8L2.8 7 1.5 5.7z"
    private static let downward = "M6 11 1.5 6.3 2.8 5 5 7.2V1h2v6.2L9.2 5l1.3 1.3z"

    private static let shapes = [
        "waiting": ring, "ready": half, "asked": arrow, "signed": disc, "published": tick, "refused": cross,
        "withdrawn": dash, "quarantined": triangle,
        // What an update does.
        "added": plus, "upgraded": upward, "downgraded": downward, "rebuilt": ring, "removed": dash, "enters": plus,
        "leaves": dash,
        // Mirrors, databases and the service itself.
        "current": tick, "lagging": ring, "unreachable": dash, "wrong": cross, "ok": tick, "failing": cross,
        "due": half, "alarm": triangle, "unsigned": dash,
    ]

    /// What the template `state` shows.
    static func values(_ word: String) -> [String: Any] {
        ["state": word, "shape": shapes[word] ?? disc]
    }
}
