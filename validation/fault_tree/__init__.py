"""Ten failures, one by one and in pairs, in a 2N and an N+1 site, against cut sets found by reasoning."""
