"""The benchmarks: what OpenVisit does beside what PostgreSQL itself can do, in one run on one machine."""
