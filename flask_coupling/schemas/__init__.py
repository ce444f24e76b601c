"""What people and other programs send us and get from us: marshmallow schemas, one file per resource."""
