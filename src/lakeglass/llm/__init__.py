"""The single door to language models; nothing else may reach a provider."""
