import Attestation
import HTTPTypes
import SchedulerDocuments
import UploadStore

/// What the fields of tus say in answers, and how they are read.
enum TusFields {
    /// What an answer about an upload says.
    static func fields(_ progress: UploadProgress) -> HTTPFields {
        [
            Tus.resumable: Tus.version, Tus.offset: "\(progress.offset)", Tus.length: "\(progress.size)",
            Tus.expires: date(progress.expiresAt),
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
