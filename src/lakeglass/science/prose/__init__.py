"""The summary of an analysis in a language model's words, each sentence held against a fact of the result."""
