"""What runs a stage: worker processes, results kept by content, the clock, the log of progress."""
