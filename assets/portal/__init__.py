"""The portal: a release as pages that a person reads, a folder of static files for any host."""
