// EnclaveClientTests
