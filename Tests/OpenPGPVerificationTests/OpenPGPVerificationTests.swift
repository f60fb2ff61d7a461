// OpenPGPVerificationTests
