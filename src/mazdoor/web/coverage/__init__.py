"""Coverage: who is registered, of all informal workers estimated to be there, and who is left out."""
