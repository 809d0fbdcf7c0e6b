"""How far predictions can be trusted: calibration, intervals, thresholds, checks against luck, leaks and overfit."""
