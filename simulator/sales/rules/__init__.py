"""What Dataverse's and Sales' tables do to their rows by themselves: plain functions that entities name."""
