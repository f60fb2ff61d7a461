// swift-tools-version: 6.2
import PackageDescription

// Everything that must be right for a signature to be right lives under enclave/ and depends on nothing
// outside it; `.ci/check-enclave-boundary.py` holds this manifest to that.

let package = Package(
    name: "reposeal",
    products: [
        .executable(name: "reposeal", targets: ["reposeal"]),
        .executable(name: "reposeal-scheduler", targets: ["reposeal-scheduler"]),
        .executable(name: "reposeal-broker", targets: ["reposeal-broker"]),
        .executable(name: "reposeal-enclave", targets: ["reposeal-enclave"]),
        .executable(name: "reposeal-verifier", targets: ["reposeal-verifier"]),
        .executable(name: "reposeal-signer", targets: ["reposeal-signer"]),
        .executable(name: "reposeal-token-signer", targets: ["reposeal-token-signer"]),
        .executable(name: "reposeal-jail-probe", targets: ["reposeal-jail-probe"]),
        .executable(name: "reposeal-console", targets: ["reposeal-console"]),
        // For the fuzzers, which are a package of their own under Tests/Fuzz.
        .library(name: "ParserProperties", targets: ["ParserProperties"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        // The scheduler's HTTP service. What is not needed of a package is left out, Foundation's larger half above all.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    ],
    targets: trustedTargets + schedulerTargets + testTargets,
    swiftLanguageModes: [.v6]
)

/// A C library of the enclave: a module map and a shim header, no logic.
func trustedSystemLibrary(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "enclave/Sources/\(name)", pkgConfig: pkgConfig)
}

/// A library of the enclave.
func trusted(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "enclave/Sources/\(name)")
}

/// A program of the enclave.
func trustedProgram(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "enclave/Sources/\(name)")
}

/// The tests of one module, which may also use what the module itself is built from.
func tests(_ module: String, _ others: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(module)Tests", dependencies: [.target(name: module), "TestSupport"] + others,
        path: "Tests/\(module)Tests")
}

var trustedTargets: [Target] {
    let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
    let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
    return [
        trustedSystemLibrary("CLinux"),
        trustedSystemLibrary("COpenSSL", pkgConfig: "libcrypto"),
        trustedSystemLibrary("CEngine", pkgConfig: "libcrypto"),
        trustedSystemLibrary("CGPGME", pkgConfig: "gpgme"),
        trustedSystemLibrary("CSQLite", pkgConfig: "sqlite3"),
        trustedSystemLibrary("CZlib", pkgConfig: "zlib"),
        trustedSystemLibrary("CSeccomp", pkgConfig: "libseccomp"),

        trusted("Descriptors", ["CLinux"]),
        trusted("ByteCoding", []),
        trusted("ALPMTypes", []),
        trusted("Cryptography", ["COpenSSL"]),
        trusted("Deflate", ["CZlib"]),
        trusted("RepositoryDatabase", ["ALPMTypes", "CZlib", "Cryptography", "Deflate"]),
        trusted("OpenPGPFormat", ["Cryptography"]),
        trusted("OpenPGPVerification", ["CGPGME", "CLinux", "Descriptors", "OpenPGPFormat"]),
        trusted("Attestation", ["ALPMTypes", "Cryptography"]),
        trusted("Refusals", ["ALPMTypes", "Cryptography"]),
        trusted("Policy", ["ALPMTypes", "Attestation", "Cryptography", "OpenPGPFormat", "Refusals"]),
        trusted("TransparencyLog", ["Cryptography"]),
        trusted(
            "SigningProtocol",
            ["ALPMTypes", "Attestation", "ByteCoding", "Cryptography", "Deflate", "JailRecords", "Refusals"]),
        trusted(
            "EnclaveCore",
            [
                "ALPMTypes", "Attestation", "Cryptography", "OpenPGPFormat", "Policy", "Refusals",
                "RepositoryDatabase", "SigningProtocol", "TransparencyLog",
            ]),
        trusted("Link", ["ByteCoding", "CLinux", "Cryptography", "Deflate", "Descriptors"]),
        trusted("Ledger", ["ALPMTypes", "ByteCoding", "CSQLite", "Cryptography"]),
        trusted("JailRecords", ["Attestation", "ByteCoding", "Cryptography", "OpenPGPFormat"]),
        trusted(
            "KeyVault",
            ["ByteCoding", "CLinux", "Cryptography", "Descriptors", "JailRecords", "OpenPGPFormat"]),
        trusted("JailEscapes", []),
        trusted("ConsoleMenu", ["Attestation", "Cryptography"]),
        trusted("Sandbox", ["CLinux", "CSeccomp", "Descriptors", "JailEscapes"]),
        trusted(
            "JailClients",
            ["ByteCoding", "Cryptography", "Descriptors", "JailRecords", "OpenPGPFormat", "Sandbox"]),

        trustedProgram(
            "reposeal-broker",
            [
                argumentParser, logging, "Attestation", "ByteCoding", "Cryptography", "Descriptors", "JailRecords",
                "KeyVault", "OpenPGPFormat", "Policy", "Sandbox", "TransparencyLog",
            ]),
        trustedProgram(
            "reposeal-enclave",
            [
                argumentParser, logging, "ALPMTypes", "Attestation", "ByteCoding", "Cryptography", "Deflate",
                "Descriptors",
                "EnclaveCore", "JailClients", "JailRecords", "Ledger", "Link", "OpenPGPFormat", "Policy", "Refusals",
                "RepositoryDatabase", "SigningProtocol", "TransparencyLog",
            ]),
        trustedProgram(
            "reposeal-verifier",
            ["Cryptography", "Deflate", "Descriptors", "JailRecords", "OpenPGPFormat", "OpenPGPVerification"]),
        trustedProgram("reposeal-signer", ["Cryptography", "Descriptors", "JailRecords", "TransparencyLog"]),
        trustedProgram("reposeal-token-signer", ["CEngine", "Cryptography", "Descriptors", "JailRecords"]),
        trustedProgram("reposeal-jail-probe", ["CLinux", "Descriptors", "JailEscapes"]),
        trustedProgram(
            "reposeal-console", [argumentParser, "CLinux", "ConsoleMenu", "Cryptography", "Descriptors"]),
    ]
}

var schedulerTargets: [Target] {
    let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
    let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
    let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
    return [
        .systemLibrary(name: "CArchive", path: "Sources/CArchive", pkgConfig: "libarchive"),
        .target(
            name: "PackageArchive",
            dependencies: ["ALPMTypes", "CArchive", "COpenSSL", "Cryptography", "RepositoryDatabase"]),
        .target(name: "SourceManifest", dependencies: ["ALPMTypes", "Attestation", "Cryptography", "Descriptors"]),
        .target(
            name: "SyncDatabase",
            dependencies: [
                "ALPMTypes", "CArchive", "Cryptography", "Descriptors", "PackageArchive", "RepositoryDatabase",
                subprocess,
            ]),
        .target(
            name: "RepositoryImport",
            dependencies: [
                "ALPMTypes", "Cryptography", "RepositoryDatabase", "SyncDatabase",
            ]),
        .target(
            name: "RepositoryDirectory",
            dependencies: ["ALPMTypes", "Cryptography", "Descriptors", "RepositoryDatabase"]),
        .target(
            name: "RepositoryUpdate",
            dependencies: [
                "ALPMTypes", "Cryptography", "Descriptors", "PackageArchive", "RepositoryDatabase",
                "RepositoryDirectory", "SyncDatabase", subprocess,
            ]),
        .target(
            name: "StockCommands",
            dependencies: [
                "ALPMTypes", "Descriptors", "PackageArchive", "RepositoryDirectory", "RepositoryUpdate",
                "SyncDatabase",
            ]),
        .target(name: "EvidenceSigning", dependencies: ["Attestation", "Cryptography", "OpenPGPFormat", subprocess]),
        .target(
            name: "EnclaveClient",
            dependencies: [
                "Attestation", "ByteCoding", "CZlib", "Cryptography", "Deflate", "Descriptors", "JailRecords", "Link",
                "SigningProtocol",
                "TransparencyLog",
            ]),
        .target(
            name: "SchedulerCore",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "EnclaveCore", "Policy", "Refusals", "RepositoryDatabase",
                "SigningProtocol",
            ]),
        .target(
            name: "SchedulerDirectory",
            dependencies: [
                "ALPMTypes", "Attestation", "BuilderTokens", "ByteCoding", "Cryptography", "Custody", "Descriptors",
                "EnclaveClient",
                "EnclaveCore", "EvidenceSigning", "Link", "Mirrors", "OpenPGPFormat", "PackageArchive", "Policy",
                "Publisher",
                "Refusals", "RepositoryDatabase", "RepositoryDirectory", "SchedulerCore", "SchedulerStore",
                "SigningProtocol", "TransparencyLog", "UploadStore",
            ]),
        .target(
            name: "Publisher",
            dependencies: [
                "ALPMTypes", "Cryptography", "Descriptors", "OpenPGPFormat", "OpenPGPVerification",
                "RepositoryDatabase",
                "RepositoryDirectory", "TransparencyLog",
            ]),
        .target(
            name: "Custody",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "Descriptors", "EnclaveCore", "OpenPGPFormat",
                "PackageArchive", "Policy", "Publisher", "Refusals", "RepositoryDatabase", "SchedulerCore",
                "SigningProtocol", "TransparencyLog",
            ]),
        .target(
            name: "SchedulerDocuments",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "Custody", "EnclaveCore", "Mirrors", "Policy",
                "Refusals", "SchedulerCore", "SchedulerDirectory", "SigningProtocol",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .target(
            name: "SchedulerPages",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "Descriptors", "Refusals", "SchedulerCore",
                "SchedulerDirectory", "SchedulerDocuments", .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Assets"), .embedInCode("Templates")]),
        .target(name: "MetricsText"),
        .systemLibrary(name: "CMalloc", path: "Sources/CMalloc"),
        .target(
            name: "SchedulerService",
            dependencies: [
                logging, "ALPMTypes", "Attestation", "BuilderTokens", "CMalloc", "Cryptography", "Custody",
                "Descriptors", "EnclaveClient", "MetricsText", "Mirrors", "Publisher", "Refusals", "SchedulerCore",
                "SchedulerDirectory", "SchedulerDocuments", "SchedulerPages", "UploadStore",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("openapi.json")]),
        .target(
            name: "BuilderTokens", dependencies: ["ALPMTypes", "Attestation", "Cryptography", "Policy"]),
        .target(name: "NagiosPlugin"),
        .target(
            name: "UploadStore",
            dependencies: ["ALPMTypes", "Attestation", "BuilderTokens", "Cryptography", "Descriptors", "Publisher"]),
        .target(
            name: "SchedulerClient",
            dependencies: [
                "ALPMTypes", "BuilderTokens", "Cryptography", "Custody", "Descriptors", "SchedulerDocuments",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "SystemPackage", package: "swift-system"), subprocess,
            ]),
        .target(
            name: "Mirrors",
            dependencies: [
                "ALPMTypes", "Cryptography", "Descriptors", "OpenPGPFormat", "Publisher", "RepositoryDatabase",
                "RepositoryDirectory", .product(name: "SystemPackage", package: "swift-system"), subprocess,
            ]),
        .executableTarget(
            name: "reposeal-scheduler",
            dependencies: [
                argumentParser, logging, "Cryptography", "EnclaveClient", "Refusals", "SchedulerDirectory",
                "SchedulerService",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "reposeal",
            dependencies: [
                argumentParser, "ALPMTypes", "Attestation", "BuilderTokens", "Cryptography", "Custody", "Descriptors",
                "EnclaveClient", "EnclaveCore",
                "EvidenceSigning", "Link", "MetricsText", "Mirrors", "NagiosPlugin", "OpenPGPFormat",
                "OpenPGPVerification",
                "PackageArchive",
                "Policy",
                "Publisher",
                "Refusals", "RepositoryDatabase", "RepositoryDirectory", "RepositoryImport", "RepositoryUpdate",
                "SchedulerClient", "SchedulerCore", "SchedulerDirectory", "SchedulerDocuments", "SigningProtocol",
                "SourceManifest", "StockCommands",
                "SyncDatabase", "TransparencyLog",
            ]),
        .target(
            name: "SchedulerStore",
            dependencies: [
                "ALPMTypes", "Attestation", "BuilderTokens", "Cryptography", "Refusals", "SchedulerCore",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ]
}

var testTargets: [Target] {
    let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
    return [
        .target(name: "TestSupport", dependencies: [subprocess], path: "Tests/TestSupport"),
        .target(
            name: "ParserProperties",
            dependencies: [
                "ALPMTypes", "Attestation", "ByteCoding", "CZlib", "Cryptography", "Deflate", "Descriptors",
                "EnclaveCore", "JailRecords", "KeyVault", "Link", "OpenPGPFormat", "PackageArchive", "Policy",
                "RepositoryDatabase", "SigningProtocol", "SyncDatabase", "TransparencyLog",
            ],
            path: "Tests/ParserProperties"),
        .executableTarget(
            name: "line-simulator",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser"), "TestSupport"],
            path: "Tests/LineSimulator"),
        .executableTarget(
            name: "bare-handler",
            dependencies: [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/BareHandler"),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], path: "Tests/TestSupportTests"),
        tests("ParserProperties"),
        .testTarget(name: "BoundaryTests", dependencies: ["TestSupport"], path: "Tests/BoundaryTests"),
        .systemLibrary(name: "CProbe", path: "Tests/CProbe"),
        .executableTarget(
            name: "JailProbe",
            dependencies: [
                "ByteCoding", "CLinux", "CProbe", "Cryptography", "Descriptors", "JailClients", "JailRecords",
                "OpenPGPFormat", "Sandbox",
            ],
            path: "Tests/JailProbe"),
        tests("Descriptors"),
        tests("ByteCoding"),
        tests("ALPMTypes"),
        tests("Cryptography"),
        tests("Deflate"),
        tests("RepositoryDatabase", ["ALPMTypes", "Cryptography"]),
        tests("OpenPGPFormat", ["Cryptography"]),
        tests("OpenPGPVerification", ["Cryptography", "OpenPGPFormat"]),
        tests("Attestation", ["ALPMTypes", "Cryptography"]),
        tests("Refusals", ["ALPMTypes", "Cryptography"]),
        tests("Policy", ["ALPMTypes", "Attestation", "Cryptography", "JailRecords", "OpenPGPFormat", "Refusals"]),
        tests("TransparencyLog", ["Cryptography"]),
        tests(
            "SigningProtocol",
            ["ALPMTypes", "Attestation", "ByteCoding", "Cryptography", "Deflate", "JailRecords", "Refusals"]),
        tests(
            "EnclaveCore",
            [
                "ALPMTypes", "Attestation", "Cryptography", "OpenPGPFormat", "Policy", "Refusals", "RepositoryDatabase",
                "SigningProtocol", "TransparencyLog",
            ]),
        tests("Link", ["ByteCoding", "Cryptography", "Descriptors"]),
        tests("Ledger", ["ALPMTypes", "ByteCoding", "Cryptography"]),
        tests("JailRecords", ["ByteCoding", "Cryptography", "OpenPGPFormat"]),
        tests("KeyVault", ["Cryptography", "Descriptors", "JailRecords", "OpenPGPFormat"]),
        tests("Sandbox", ["CProbe", "Cryptography", "Descriptors", "JailEscapes", "JailRecords", "OpenPGPFormat"]),
        tests(
            "JailClients",
            ["Cryptography", "Deflate", "Descriptors", "JailRecords", "OpenPGPFormat", "TransparencyLog"]),
        tests("ConsoleMenu", ["Attestation", "Cryptography"]),
        tests("PackageArchive", ["ALPMTypes", "Cryptography", "RepositoryDatabase"]),
        tests("SourceManifest", ["ALPMTypes", "Attestation", "Cryptography"]),
        tests("SyncDatabase", ["ALPMTypes", "Cryptography", "Descriptors", "PackageArchive", "RepositoryDatabase"]),
        tests(
            "RepositoryUpdate",
            [
                "ALPMTypes", "Cryptography", "PackageArchive", "RepositoryDatabase", "RepositoryDirectory",
                "SyncDatabase",
            ]),
        tests(
            "StockCommands",
            ["Descriptors", "PackageArchive", "RepositoryDirectory", "RepositoryUpdate", "SyncDatabase"]),
        tests("RepositoryImport", ["ALPMTypes", "Cryptography", "RepositoryDatabase"]),
        tests("RepositoryDirectory", ["ALPMTypes", "Cryptography", "RepositoryDatabase"]),
        tests("EvidenceSigning", ["Attestation", "Cryptography", "OpenPGPFormat"]),
        tests(
            "EnclaveClient",
            [
                "ALPMTypes", "Attestation", "ByteCoding", "Cryptography", "Deflate", "Descriptors", "JailRecords",
                "Link",
                "Refusals",
                "SigningProtocol", "TransparencyLog",
            ]),
        tests(
            "SchedulerCore",
            [
                "ALPMTypes", "Attestation", "Cryptography", "EnclaveCore", "Policy", "Refusals", "RepositoryDatabase",
                "SigningProtocol",
            ]),
        .target(
            name: "SchedulerSamples",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "Custody", "EnclaveCore", "EvidenceSigning", "JailRecords",
                "OpenPGPFormat", "PackageArchive", "Policy", "RepositoryDatabase", "RepositoryDirectory",
                "SchedulerCore", "SchedulerDirectory", "SchedulerStore", "SigningProtocol", "TestSupport",
                "TransparencyLog",
            ],
            path: "Tests/SchedulerSamples"),
        tests(
            "SchedulerDirectory",
            [
                "ALPMTypes", "Attestation", "Cryptography", "EvidenceSigning", "OpenPGPFormat", "PackageArchive",
                "Policy", "Publisher", "Refusals", "RepositoryDatabase", "RepositoryDirectory", "SchedulerCore",
                "SchedulerSamples", "SchedulerStore", "SigningProtocol", "TransparencyLog",
            ]),
        tests(
            "SchedulerStore",
            [
                "ALPMTypes", "Cryptography", "Refusals", "SchedulerCore", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "PublishingSamples",
            dependencies: [
                "ALPMTypes", "Cryptography", "OpenPGPFormat", "Publisher", "RepositoryDatabase", "RepositoryDirectory",
                "TestSupport",
            ],
            path: "Tests/PublishingSamples"),
        tests(
            "Publisher",
            [
                "ALPMTypes", "Cryptography", "OpenPGPFormat", "PublishingSamples", "RepositoryDatabase",
                "RepositoryDirectory",
            ]),
        tests(
            "SchedulerService",
            [
                "ALPMTypes", "Attestation", "BuilderTokens", "Cryptography", "Custody", "Descriptors",
                "EnclaveClient", "EnclaveCore", "EvidenceSigning", "JailRecords", "Mirrors", "OpenPGPFormat",
                "PackageArchive", "Policy", "RepositoryDatabase", "RepositoryDirectory", "SchedulerClient",
                "SchedulerCore", "SchedulerDirectory", "SchedulerDocuments", "SchedulerPages", "SchedulerSamples",
                "SchedulerStore", "SigningProtocol", "TransparencyLog", "UploadStore",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        tests(
            "Custody",
            [
                "ALPMTypes", "Attestation", "Cryptography", "EnclaveCore", "EvidenceSigning", "JailRecords",
                "OpenPGPFormat", "PackageArchive", "Policy", "RepositoryDatabase", "RepositoryDirectory",
                "SchedulerCore", "SchedulerDirectory", "SchedulerSamples", "SchedulerStore", "SigningProtocol",
                "TransparencyLog",
            ]),
        tests("SchedulerPages"),
        tests("BuilderTokens", ["ALPMTypes", "Attestation", "Cryptography", "Policy", "SchedulerSamples"]),
        tests("NagiosPlugin"),
        tests("UploadStore", ["ALPMTypes", "Attestation", "BuilderTokens", "Cryptography"]),
        tests(
            "Mirrors",
            [
                "ALPMTypes", "OpenPGPFormat", "Publisher", "PublishingSamples", "RepositoryDatabase",
                "RepositoryDirectory", subprocess,
            ]),
        .testTarget(
            name: "Scenarios",
            dependencies: [
                "ALPMTypes", "Attestation", "Cryptography", "OpenPGPFormat", "SigningProtocol", "TestSupport",
            ],
            path: "Tests/Scenarios",
            exclude: [
                "attacks", "audit", "clients", "collect", "console", "crashes", "disks", "interop", "leaks", "link",
                "motions",
                "published", "secrets", "storm/run", "transcripts", "world",
            ]),
    ]
}

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .strictMemorySafety(),
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}

// Byte for byte work that the tests do by the hundred megabyte: unoptimised it takes most of their time.
let handlingBytes: Set = [
    "ALPMTypes", "ByteCoding", "Cryptography", "Deflate", "Link", "PackageArchive", "RepositoryDatabase", "TestSupport",
]
for target in package.targets where handlingBytes.contains(target.name) {
    target.swiftSettings?.append(.unsafeFlags(["-O"], .when(configuration: .debug)))
}
