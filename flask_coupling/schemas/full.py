"""Full synchronization: the review, what is chosen, and what may follow."""

from __future__ import annotations

from marshmallow import fields, validate

from flask_coupling.core.side import Side

from .base import NAME_LENGTH, InputSchema, ViewSchema, choice, text, truth
from .job import JobSchema
from .problem import ProblemSchema

ACTIONS = ("full", "couple", "couple_full", "none")
RECOMMENDATIONS = ("full", "couple_first", "dependency", "nothing")
MOST_LINES = 200


class FullSynchronizationSchema(InputSchema):
    """Which table mappings are synchronized fully, and how."""

    lines = fields.Dict(
        keys=text(NAME_LENGTH, "Name of a table mapping.", shortest=1),
        values=choice(ACTIONS, "full: create; couple: couple what matches; couple_full: both; none: leave it out."),
        validate=validate.Length(1, MOST_LINES),
        metadata={"description": "What is done by table mapping; absent for all of them, each in the way that fits."},
    )
    source = choice(Side, "Whose data records that are coupled by it get.", load_default="bc")
    couple_dependencies = truth("Couple or create first what records refer to, also of mappings left out.")
    confirm = truth("Let a run change more records than the host's share of all.")


class AllowCreationSchema(InputSchema):
    """Table mappings whose ordinary runs are to create new records."""

    mappings = fields.List(
        text(NAME_LENGTH, "Name of a table mapping.", shortest=1),
        required=True,
        validate=validate.Length(1, MOST_LINES),
    )


class AllowedSchema(ViewSchema):
    """The table mappings that were changed."""

    mappings = fields.List(fields.String())


class CountsSchema(ViewSchema):
    """What the last review counted."""

    coupled = fields.Integer(metadata={"description": "Records coupled already."})
    bc_free = fields.Integer(metadata={"description": "Records of Business Central without a partner."})
    sales_free = fields.Integer(metadata={"description": "Rows of Sales without a partner."})
    to_couple = fields.Integer(metadata={"description": "That match exactly one."})
    doubtful = fields.Integer(metadata={"description": "That match several or a coupled one; a person decides."})
    new_in_bc = fields.Integer(metadata={"description": "That would be created in Business Central."})
    new_in_sales = fields.Integer(metadata={"description": "That would be created in Sales."})


class LineSchema(ViewSchema):
    """One table mapping in the review."""

    mapping = fields.String()
    caption = fields.String()
    direction = fields.String()
    depends_on = fields.List(fields.String(), metadata={"description": "The mappings that come before it."})
    missing = fields.List(fields.String(), metadata={"description": "Those of them that stand in its way."})
    recommendation = fields.String(
        allow_none=True,
        validate=validate.OneOf([*RECOMMENDATIONS, None]),
        metadata={"description": "Null before a review."},
    )
    action = fields.String(validate=validate.OneOf(ACTIONS), metadata={"description": "What is proposed."})
    actions = fields.List(fields.String(), metadata={"description": "What may be chosen."})
    counts = fields.Nested(CountsSchema, allow_none=True)
    problem = fields.Nested(ProblemSchema, allow_none=True, metadata={"description": "Why it was not counted."})
    job = fields.Nested(
        JobSchema, allow_none=True, metadata={"description": "Its part of the last full synchronization."}
    )


class ReviewSchema(ViewSchema):
    """The review of a connection before, while and after it is synchronized fully."""

    lines = fields.List(fields.Nested(LineSchema))
    reviewed_at = fields.AwareDateTime(allow_none=True)
    review_job = fields.Nested(JobSchema, allow_none=True, metadata={"description": "The last review."})
    job = fields.Nested(JobSchema, allow_none=True, metadata={"description": "The last full synchronization."})
    may_allow = fields.List(
        fields.String(),
        metadata={"description": "Mappings that records were created for, and whose ordinary runs create none."},
    )
