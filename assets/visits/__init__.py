"""Documents become letters: who visited whom, when, why, and what stands under which heading."""
