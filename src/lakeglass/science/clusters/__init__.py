"""Groups of alike rows where nothing is asked for, or the honest answer that there are none."""
