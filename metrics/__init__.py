"""Evidence: usage, imports, categories, snapshots, statistics, dashboards, exports."""
