// ALPMTypes
