"""AC and DC distribution of one hall: losses of the chain against published comparisons."""
