"""The wire to the tax register: is a business registered, under which number and name. It implements
``verification.ports.TaxRegister``."""
