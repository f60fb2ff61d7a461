// SigningProtocol
