"""What is made: one folder a stage, in the order in which a letter passes through."""
