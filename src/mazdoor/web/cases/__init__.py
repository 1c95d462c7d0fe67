"""Appeals and grievances: opened on a person's page, answered here by somebody else."""
