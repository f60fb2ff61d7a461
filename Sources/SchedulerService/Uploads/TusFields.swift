import Attestation
import HTTPTypes
import UploadStore

/// The fields of tus 1.0.0, the protocol of resumable uploads (<https://tus.io/protocols/resumable-upload>).
enum TusFields {
    static let version = "1.0.0"
    static let mediaType = "application/offset+octet-stream"

    static let resumable = field("Tus-Resumable")
    static let versions = field("Tus-Version")
    static let extensions = field("Tus-Extension")
    static let maximumSize = field("Tus-Max-Size")
    static let offset = field("Upload-Offset")
    static let length = field("Upload-Length")
    static let expires = field("Upload-Expires")

    private static func field(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is the name of a field") }
        return name
    }

    /// What an answer about an upload says.
    static func fields(_ progress: UploadProgress) -> HTTPFields {
        [
            resumable: version, offset: "\(progress.offset)", length: "\(progress.size)",
            expires: date(progress.expiresAt),
        ]
    }

    /// A time as HTTP has it, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    static func date(_ seconds: UInt64) -> String {
        let text = Array((Timestamp(seconds: seconds)?.text ?? "9999-12-31T23:59:59Z"))
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[(Int(String(text[5..<7])) ?? 1) - 1]
        let day = "\(weekdays[Int(seconds / 86400 % 7)]), \(String(text[8..<10])) \(month) \(String(text[..<4]))"
        return "\(day) \(String(text[11..<19])) GMT"
    }

    /// A number without sign or leading zeros, as every field of tus has it; nil for anything else.
    static func number(_ untrustedText: String?) -> UInt64? {
        guard let untrustedText, let number = UInt64(untrustedText), "\(number)" == untrustedText else { return nil }
        return number
    }
}
