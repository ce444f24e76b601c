"""What holds for every table mapping of the default setup, generated from the declarations."""
