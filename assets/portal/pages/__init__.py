"""The pages of the portal: what each is filled with, one module a kind of page."""
