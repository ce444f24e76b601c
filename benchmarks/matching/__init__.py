"""Match-based coupling against a program that only reads both sides."""
