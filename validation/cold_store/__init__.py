"""A chilled-water tank of a site: it bridges the restart of chillers, and moves cooling into cheap hours."""
