// SourceManifestTests
