"""AutoML against its peers: open sets, the same splits for all, every contestant in its own environment."""
