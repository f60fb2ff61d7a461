// OpenPGPFormat
