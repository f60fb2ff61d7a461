// EvidenceSigning
