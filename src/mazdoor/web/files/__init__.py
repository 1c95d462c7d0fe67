"""Files of people: send one, say which column is which, see how far it is, take back the rows that were refused."""
