"""Write what users download: releases of what is published, described, compared, proven."""
