// Refusals
