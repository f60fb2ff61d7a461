// SourceManifest
