// OpenPGPVerification
