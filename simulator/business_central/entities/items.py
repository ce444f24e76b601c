"""Items: what the company sells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.attachments import attachments_of
from simulator.business_central.columns import (
    BASE_UNIT_OF_MEASURE,
    BASE_UNIT_OF_MEASURE_PAIR,
    ID,
    MODIFIED,
    TAX_GROUP,
    default_dimensions_of,
    picture_of,
)
from simulator.business_central.rules.items import ITEM_RULES
from simulator.odata.edm import (
    CodePair,
    EntitySet,
    Navigation,
    NumberSeries,
    TableRelation,
    boolean,
    code,
    decimal,
    enum,
    guid,
    text,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"displayName": fake.catch_phrase()[:100], "type": "Inventory", "unitPrice": 100.5}


ITEMS = EntitySet(
    name="items",
    entity="item",
    title="Item",
    properties=(
        ID,
        code("number", 20),
        text("displayName", 100),
        text("displayName2", 50),
        enum("type", "Inventory", "Service", "Non-Inventory"),
        guid("itemCategoryId"),
        code("itemCategoryCode", 20),
        boolean("blocked"),
        code("gtin", 14),
        decimal("inventory"),
        decimal("unitPrice"),
        boolean("priceIncludesTax"),
        decimal("unitCost"),
        guid("taxGroupId"),
        code("taxGroupCode", 20),
        guid("baseUnitOfMeasureId"),
        code("baseUnitOfMeasureCode", 10),
        guid("generalProductPostingGroupId"),
        code("generalProductPostingGroupCode", 20),
        guid("inventoryPostingGroupId"),
        code("inventoryPostingGroupCode", 20),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="", first=1000, step=1, width=4),
    pairs=(
        CodePair("itemCategoryId", "itemCategoryCode", "itemCategories", "item category"),
        BASE_UNIT_OF_MEASURE_PAIR,
        CodePair(
            "generalProductPostingGroupId",
            "generalProductPostingGroupCode",
            "generalProductPostingGroups",
            "general product posting group",
        ),
        CodePair(
            "inventoryPostingGroupId",
            "inventoryPostingGroupCode",
            "inventoryPostingGroups",
            "inventory posting group",
        ),
        CodePair("taxGroupId", "taxGroupCode", "taxGroups", "tax group"),
    ),
    relations=(
        BASE_UNIT_OF_MEASURE,
        TAX_GROUP,
        TableRelation("itemCategoryCode", "itemCategories", "Item Category Code", "Item Category"),
        TableRelation(
            "generalProductPostingGroupCode",
            "generalProductPostingGroups",
            "Gen. Prod. Posting Group",
            "Gen. Product Posting Group",
        ),
        TableRelation(
            "inventoryPostingGroupCode", "inventoryPostingGroups", "Inventory Posting Group", "Inventory Posting Group"
        ),
    ),
    navigations=(
        Navigation("itemCategory", "itemCategories", column="itemCategoryId"),
        Navigation("unitOfMeasure", "unitsOfMeasure", column="baseUnitOfMeasureId"),
        Navigation("generalProductPostingGroup", "generalProductPostingGroups", column="generalProductPostingGroupId"),
        Navigation("inventoryPostingGroup", "inventoryPostingGroups", column="inventoryPostingGroupId"),
        Navigation("itemVariants", "itemVariants", collection=True, target_column="itemId"),
        default_dimensions_of("Item"),
        picture_of("Item"),
        attachments_of("Item"),
    ),
    change_tracking=True,
    webhooks=True,
    rules=ITEM_RULES,
    sample=sample,
)
