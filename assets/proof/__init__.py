"""Whether what is said of a letter is what its file shows: quotations, pages, bytes."""
