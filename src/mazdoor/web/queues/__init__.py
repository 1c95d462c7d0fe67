"""Pages of the links that are looked through rather than worked one by one: verification, accounts, wages,
contributions, enrolment."""
