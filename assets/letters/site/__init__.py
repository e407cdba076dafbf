"""Ofsted's report site as a source: what its pages say, how it is asked, and what it has."""
