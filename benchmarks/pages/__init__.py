"""How the pages' cost grows with the number of couplings and of what was ever written."""
