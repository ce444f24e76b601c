"""The two services behind one small interface: everything that speaks HTTP."""
