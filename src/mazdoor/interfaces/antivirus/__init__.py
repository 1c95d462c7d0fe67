"""The wire to a virus scanner: the INSTREAM command of clamd (clamd(8), "COMMANDS")."""
