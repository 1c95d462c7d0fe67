"""The wire to the telephone companies' common register of SIM cards. It implements ``verification.ports.PhoneRegister``."""
