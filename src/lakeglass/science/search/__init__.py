"""The search for a model under a budget: usable early, better the longer it runs, resumed where it stopped."""
