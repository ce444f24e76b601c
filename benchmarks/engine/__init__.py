"""The engine against a program that moves the same rows with the same requests and remembers nothing."""
