"""The smallest host: `flask --app examples.one_file_app run`, then open /coupling."""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FlaskCoupling

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "only for a try")
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "sqlite:///host.sqlite3")
app.config["COUPLING_SECRET_KEYS"] = os.environ.get("COUPLING_SECRET_KEYS", "").split()
app.config["COUPLING_PERMISSION"] = lambda action, resource: action == "view" or app.debug

db = SQLAlchemy(app)
coupling = FlaskCoupling(app, db)
coupling.upgrade_db()
