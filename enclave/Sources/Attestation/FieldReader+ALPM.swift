public import ALPMTypes

/// The vocabulary of packages.
extension FieldReader {
    /// A package's name.
    public func packageName(_ key: String) throws(AttestationError) -> PackageName {
        try parsed(key, "a package name") { text throws(ALPMError) in try PackageName(parsing: text) }
    }

    /// A package's version.
    public func version(_ key: String) throws(AttestationError) -> Version {
        try parsed(key, "a version such as 1:2.3-4") { text throws(ALPMError) in try Version(parsing: text) }
    }

    /// An architecture.
    public func architecture(_ key: String) throws(AttestationError) -> Architecture {
        try parsed(key, "an architecture") { text throws(ALPMError) in try Architecture(parsing: text) }
    }

    /// A repository's name.
    public func repository(_ key: String) throws(AttestationError) -> RepositoryName {
        try parsed(key, "a repository name") { text throws(ALPMError) in try RepositoryName(parsing: text) }
    }

    func fileName(_ key: String) throws(AttestationError) -> PackageFileName {
        try parsed(key, "a file name such as NAME-VERSION-ARCH.pkg.tar.zst") { text throws(ALPMError) in
            try PackageFileName(parsing: text)
        }
    }
}
