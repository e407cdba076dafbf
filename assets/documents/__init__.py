"""Files become documents: pages, blocks and their boxes, however they are read."""
