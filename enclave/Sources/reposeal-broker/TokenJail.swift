import KeyVault
import Sandbox

extension TokenDescription {
    /// The jail of a program that has this token sign.
    func profile(program: String) throws(SandboxError) -> JailProfile {
        try JailProfile(
            kind: .tokenSigner, program: program, files: files,
            token: TokenFiles(libraries: [engine, module], directories: directories, environment: environment))
    }
}

extension TokenKey {
    /// Where reposeal-token-signer is, unless something else is said: beside reposeal-signer.
    static func program(beside signer: String) -> String {
        let folder = signer.utf8.lastIndex(of: UInt8(ascii: "/")).map { signer[...$0] } ?? ""
        return "\(folder)reposeal-token-signer"
    }
}
