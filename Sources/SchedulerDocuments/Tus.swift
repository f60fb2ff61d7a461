package import HTTPTypes

/// The names of tus 1.0.0, the protocol of resumable uploads (<https://tus.io/protocols/resumable-upload>).
package enum Tus {
    package static let version = "1.0.0"
    package static let mediaType = "application/offset+octet-stream"

    package static let resumable = field("Tus-Resumable")
    package static let versions = field("Tus-Version")
    package static let extensions = field("Tus-Extension")
    package static let maximumSize = field("Tus-Max-Size")
    package static let offset = field("Upload-Offset")
    package static let length = field("Upload-Length")
    package static let expires = field("Upload-Expires")

    private static func field(_ name: String) -> HTTPField.Name {
        // Those above are names of fields (RFC 9110 section 5.1), and whoever uses any meets a wrong one at once.
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is the name of a field") }
        return name
    }
}
