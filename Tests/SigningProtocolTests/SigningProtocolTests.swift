// SigningProtocolTests
