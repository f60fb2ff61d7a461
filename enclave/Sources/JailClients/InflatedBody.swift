public import ByteCoding
import JailRecords
import Sandbox

/// A body that comes deflated, inflated piece by piece in a jail that has nothing else to do.
public final class InflatedBody: ByteSource {
    private var jail: Jail?
    private let stream: any ByteSource
    private var unsent: ArraySlice<UInt8>
    private var left: Int
    private var failure: JailClientError?

    init(_ untrustedStream: any ByteSource, _ request: InflationRequest, in jails: JailStock) throws(JailClientError) {
        do throws(SandboxError) { jail = try jails.take() } catch { throw .jail(error) }
        stream = untrustedStream
        unsent = request.bytes[...]
        left = Int(request.length)
    }

    /// The next inflated bytes; empty at the end, and where `finish` will throw.
    public func next() -> [UInt8] {
        do throws(SandboxError) {
            while jail?.takesMore == true {
                if unsent.isEmpty { unsent = stream.next()[...] }
                if unsent.isEmpty { jail?.endRequest() }
                let bytes = try jail?.exchange(&unsent) ?? []
                if !bytes.isEmpty { return counted(bytes) }
            }
            return counted(try jail?.read() ?? [])
        } catch {
            fail(.jail(error))
            return []
        }
    }

    /// Throws if what was read to its end is not the whole body.
    public func finish() throws(JailClientError) {
        if let failure { throw failure }
        guard let jail = jail.take() else { return }
        do throws(SandboxError) { _ = try jail.finish(limit: 0) } catch { throw .jail(error) }
        guard left == 0 else { throw .foreignAnswer }
    }

    private func counted(_ bytes: [UInt8]) -> [UInt8] {
        left -= bytes.count
        guard left < 0 else { return bytes }
        fail(.foreignAnswer)
        return []
    }

    private func fail(_ error: JailClientError) {
        failure = error
        jail = nil
    }
}
