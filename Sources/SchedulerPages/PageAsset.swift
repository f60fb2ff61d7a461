import Cryptography

/// A file that pages refer to: its name changes with its bytes, so that browsers may keep it for ever.
public struct PageAsset: Hashable, Sendable {
    /// The last part of its path.
    public let name: String
    /// What it is.
    public let mediaType: String
    /// Its bytes.
    public let bytes: [UInt8]

    private init(_ stem: String, _ suffix: String, _ mediaType: String, _ bytes: [UInt8]) {
        name = "\(stem)-\(SHA256.digest(of: bytes).hex.prefix(16)).\(suffix)"
        self.mediaType = mediaType
        self.bytes = bytes
    }

    static let style = PageAsset("style", "css", "text/css; charset=utf-8", PackageResources.style_css)
    static let script = PageAsset("live", "js", "text/javascript; charset=utf-8", PackageResources.live_js)
    static let icon = PageAsset("icon", "svg", "image/svg+xml", PackageResources.icon_svg)

    /// The folder of all assets, with a slash at the end.
    public static let folder = "/assets/"

    /// The assets by their names.
    public static let all = Dictionary(uniqueKeysWithValues: [style, script, icon].map { ($0.name, $0) })

    var path: String { Self.folder + name }
}
