"""Transformations that need a library's data: countries and phone numbers. Importing this package registers them."""

from . import countries as countries
from . import phones as phones
