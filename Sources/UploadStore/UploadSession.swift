/// One request that brings bytes of an upload.
///
/// Both methods wait for the disk.
public struct UploadSession: Sendable {
    let upload: Upload
    let turn: UInt64

    /// Adds the next bytes; after an error none of them is kept.
    public func append(_ bytes: [UInt8]) throws(UploadStoreError) { try upload.append(bytes, inTurn: turn) }

    /// Ends the request's part, whether it brought everything or broke off, and says how far the upload is.
    ///
    /// If it is complete, the package lies in `incoming` now.
    public func end() throws(UploadStoreError) -> UploadProgress { try upload.end(turn: turn) }
}
