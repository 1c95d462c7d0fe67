"""The engines. Reference is naive and right by definition; SQL is fast. They share the typed tree and nothing else."""
