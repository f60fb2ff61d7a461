import Descriptors
import OpenPGPFormat

/// What gpg exported of a secret key, in locked memory.
public struct ExportedKey: ~Copyable {
    let export: SecretKeyExport
    let bytes: SecretBytes

    /// Reads a file; an error names it.
    public static func reading(_ path: String) throws(KeyVaultError) -> ExportedKey {
        do {
            let bytes = try SecretBytes(
                contentsOf: Descriptor.reading(path), limit: Certificate.maximumByteCount)
            let export = try bytes.withBytes { bytes throws(OpenPGPError) in try SecretKeyExport(parsing: bytes) }
            return ExportedKey(export: export, bytes: bytes)
        } catch let error as DescriptorError {
            throw .file(path, .system(error))
        } catch let error as OpenPGPError {
            throw .file(path, .notAnExport(error))
        } catch {
            throw .file(path, .headerContradicted)
        }
    }

    private init(export: SecretKeyExport, bytes: consuming SecretBytes) {
        self.export = export
        self.bytes = bytes
    }
}
