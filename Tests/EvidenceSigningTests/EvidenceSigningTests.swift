// EvidenceSigningTests
