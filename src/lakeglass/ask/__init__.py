"""Question to answer: understanding, plan, code, execution, verification, sentence."""
