"""Documents become publications: who visited whom, when, why, and what stands under a heading."""
