import Cryptography
import Deflate
import Descriptors
import Glibc
import Link
import SigningProtocol

/// The body of a large request while it is written to a file, piece by piece.
private final class OutgoingBody {
    private let file: Descriptor
    private let deflation: StreamedDeflation?
    private var hash = SHA256()
    private var (decodedByteCount, byteCount) = (0, 0)
    private var failure: EnclaveClientError?

    /// The file has no name and goes when it is closed.
    init(beside path: String, deflates: Bool) throws(EnclaveClientError) {
        do throws(DescriptorError) {
            let name = "\(path).request-\(getpid())"
            try? FileSystem.remove(name)
            file = try Descriptor.creating(name)
            try FileSystem.remove(name)
        } catch { throw .requestNotKept(error) }
        do throws(DeflateError) { deflation = deflates ? try StreamedDeflation(level: 9) : nil } catch {
            throw .requestNotEncoded(error)
        }
    }

    func add(_ piece: [UInt8]) {
        hash.update(piece)
        decodedByteCount += piece.count
        write { deflation throws(DeflateError) in try deflation?.deflate(piece) ?? piece }
    }

    func finished() throws(EnclaveClientError) -> EncodedBody {
        write { deflation throws(DeflateError) in try deflation?.finish() ?? [] }
        if let failure { throw failure }
        let copy: Descriptor
        do throws(DescriptorError) { copy = try file.duplicate() } catch { throw .requestNotKept(error) }
        return EncodedBody(
            deflation == nil ? .identity : .deflate, .file(OutgoingFile(copy, byteCount: byteCount)),
            decodedLength: UInt32(decodedByteCount), digest: hash.finalize())
    }

    private func write(_ encoded: (StreamedDeflation?) throws(DeflateError) -> [UInt8]) {
        guard failure == nil else { return }
        let bytes: [UInt8]
        do throws(DeflateError) { bytes = try encoded(deflation) } catch {
            failure = .requestNotEncoded(error)
            return
        }
        byteCount += bytes.count
        do throws(DescriptorError) { try file.writeAll(bytes) } catch { failure = .requestNotKept(error) }
    }
}

/// A file that is sent a part at a time.
private final class OutgoingFile: BodyFile {
    let byteCount: Int
    private let file: Descriptor

    init(_ file: consuming Descriptor, byteCount: Int) {
        self.file = file
        self.byteCount = byteCount
    }

    func bytes(from position: Int) throws(LinkError) -> [UInt8] {
        do throws(DescriptorError) {
            try file.rewind(to: position)
            return try file.read(atMost: 1 << 16)
        } catch { throw .descriptor(error) }
    }
}

extension EncodedBody {
    /// The body of a request, deflated or as it is; a large one is in a file beside the path.
    init(of asked: RequestBody, deflates: Bool, beside path: String) throws(EnclaveClientError) {
        let count = asked.encodedByteCount
        guard count <= Self.largestInMemory else {
            let body = try OutgoingBody(beside: path, deflates: deflates)
            asked.eachPiece { body.add($0) }
            self = try body.finished()
            return
        }
        guard deflates else {
            self.init(identity: asked.encoded)
            return
        }
        let dictionary = count <= BodyDictionary.largestBody ? BodyDictionary.request : nil
        do throws(DeflateError) { try self.init(deflating: asked.encoded, dictionary: dictionary) } catch {
            throw .requestNotEncoded(error)
        }
    }
}
