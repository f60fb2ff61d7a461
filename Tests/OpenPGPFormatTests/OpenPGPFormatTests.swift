// OpenPGPFormatTests
