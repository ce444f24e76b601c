"""Dataverse's table definitions: EntityDefinitions, attributes, option sets, relationships, as documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from simulator.odata.edm import AlternateKey, EntitySet, Navigation, Option, Property, ServiceModel, Type
from simulator.sales.entities.annotations import ANNOTATIONS
from simulator.sales.rules.images import LARGEST_IMAGE

Document = dict[str, Any]

_CRM = "#Microsoft.Dynamics.CRM."
_ENGLISH = 1033
_WITH_NOTES = next(prop.targets for prop in ANNOTATIONS.properties if prop.name == "objectid")
# type, kind -> AttributeType, AttributeTypeName, @odata.type
_KINDS: dict[tuple[Type, str], tuple[str, str, str]] = {
    (Type.GUID, ""): ("Uniqueidentifier", "UniqueidentifierType", "UniqueIdentifierAttributeMetadata"),
    (Type.TEXT, ""): ("String", "StringType", "StringAttributeMetadata"),
    (Type.TEXT, "Memo"): ("Memo", "MemoType", "MemoAttributeMetadata"),
    (Type.INTEGER, ""): ("Integer", "IntegerType", "IntegerAttributeMetadata"),
    (Type.BIGINT, ""): ("BigInt", "BigIntType", "BigIntAttributeMetadata"),
    (Type.DECIMAL, ""): ("Decimal", "DecimalType", "DecimalAttributeMetadata"),
    (Type.DECIMAL, "Money"): ("Money", "MoneyType", "MoneyAttributeMetadata"),
    (Type.DECIMAL, "BaseMoney"): ("Money", "MoneyType", "MoneyAttributeMetadata"),
    (Type.DOUBLE, ""): ("Double", "DoubleType", "DoubleAttributeMetadata"),
    (Type.BOOLEAN, ""): ("Boolean", "BooleanType", "BooleanAttributeMetadata"),
    (Type.DATE, ""): ("DateTime", "DateTimeType", "DateTimeAttributeMetadata"),
    (Type.MOMENT, ""): ("DateTime", "DateTimeType", "DateTimeAttributeMetadata"),
    (Type.CHOICE, ""): ("Picklist", "PicklistType", "PicklistAttributeMetadata"),
    (Type.CHOICE, "State"): ("State", "StateType", "StateAttributeMetadata"),
    (Type.CHOICE, "Status"): ("Status", "StatusType", "StatusAttributeMetadata"),
    (Type.STREAM, "Image"): ("Virtual", "ImageType", "ImageAttributeMetadata"),
    (Type.LOOKUP, ""): ("Lookup", "LookupType", "LookupAttributeMetadata"),
}


def metadata_id(*names: str) -> str:
    """Return the id of a definition; the same names give the same id in every simulator."""
    return str(uuid5(NAMESPACE_URL, "/".join(("dataverse-definition", *names))))


def label(text: str) -> Document:
    """Return a label with one language, English."""
    localized = {"Label": text, "LanguageCode": _ENGLISH, "IsManaged": True, "MetadataId": metadata_id("label", text)}
    return {"LocalizedLabels": [localized], "UserLocalizedLabel": localized}


def _managed(value: Any) -> Document:
    return {"Value": value, "CanBeChanged": False, "ManagedPropertyLogicalName": ""}


def schema_name(entity: EntitySet) -> str:
    """Return the schema name of a table: as declared, or the logical name with a capital."""
    return entity.schema_name or entity.entity[:1].upper() + entity.entity[1:]


def table(entity: EntitySet) -> Document:
    """Return a table's EntityMetadata without its attributes."""
    return {
        "MetadataId": metadata_id(entity.entity),
        "LogicalName": entity.entity,
        "SchemaName": schema_name(entity),
        "EntitySetName": entity.name,
        "LogicalCollectionName": entity.name,
        "CollectionSchemaName": entity.name,
        "PrimaryIdAttribute": entity.key,
        "PrimaryNameAttribute": entity.primary_name,
        "PrimaryImageAttribute": next((one.name for one in entity.properties if one.kind == "Image"), None),
        "ObjectTypeCode": entity.object_type_code,
        "OwnershipType": "UserOwned" if entity.owned else "OrganizationOwned",
        "IsPrivate": False,
        "IsCustomEntity": False,
        "IsManaged": True,
        "IsActivity": False,
        "HasActivities": False,  # there are no activities here
        "HasNotes": entity.entity in _WITH_NOTES,
        "IsIntersect": entity.intersect,
        "IsLogicalEntity": False,
        "IsValidForAdvancedFind": True,
        "TableType": "Standard",
        "ChangeTrackingEnabled": entity.change_tracking,
        "DisplayName": label(entity.title or schema_name(entity)),
        "DisplayCollectionName": label(f"{entity.title or schema_name(entity)}s"),
        "Description": label(entity.title or schema_name(entity)),
        "HasChanged": None,
    }


def attribute(entity: EntitySet, prop: Property) -> Document:
    """Return a column's AttributeMetadata with what its type adds."""
    kind, kind_name, odata_type = _KINDS[prop.type, prop.kind]
    if prop.name == "ownerid":
        kind, kind_name = "Owner", "OwnerType"
    elif prop.type is Type.LOOKUP and len(prop.targets) > 1:
        kind, kind_name = "Customer", "CustomerType"
    found: Document = {
        "@odata.type": _CRM + odata_type,
        "MetadataId": metadata_id(entity.entity, prop.name),
        "LogicalName": prop.name,
        "SchemaName": prop.name,
        "EntityLogicalName": entity.entity,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": kind_name},
        "AttributeOf": None,
        "ColumnNumber": entity.properties.index(prop) + 1,
        "IsPrimaryId": prop.name == entity.key,
        "IsPrimaryName": prop.name == entity.primary_name,
        "IsValidForCreate": prop.access.on_create,
        "IsValidForUpdate": prop.access.on_update,
        "IsValidForRead": True,
        "IsCustomAttribute": False,
        "IsManaged": True,
        "IsLogical": False,
        "RequiredLevel": _managed("SystemRequired" if prop.name == entity.key else prop.required_level),
        "DisplayName": label(prop.display or prop.name),
        "Description": label(prop.display or prop.name),
    }
    details = _DETAILS.get(prop.type)
    return found | (details(prop) if details else {})


def _text(prop: Property) -> Document:
    form = "TextArea" if prop.kind == "Memo" else "Text"
    return {"MaxLength": prop.max_length, "Format": form, "FormatName": {"Value": form}}


def _number(prop: Property) -> Document:
    return {"MinValue": prop.minimum, "MaxValue": prop.maximum, "Format": "None", "Precision": prop.precision}


def _moment(prop: Property) -> Document:
    return {
        "Format": "DateOnly" if prop.type is Type.DATE else "DateAndTime",
        "DateTimeBehavior": {"Value": "DateOnly" if prop.type is Type.DATE else "UserLocal"},
    }


_DETAILS: dict[Type, Callable[[Property], Document]] = {
    Type.TEXT: _text,
    Type.INTEGER: _number,
    Type.DECIMAL: _number,
    Type.DOUBLE: _number,
    Type.DATE: _moment,
    Type.MOMENT: _moment,
    Type.STREAM: lambda prop: {
        "IsPrimaryImage": True,
        "CanStoreFullImage": True,
        "MaxSizeInKB": LARGEST_IMAGE // 1024,
        "MaxHeight": 144,
        "MaxWidth": 144,
    },
    Type.LOOKUP: lambda prop: {"Targets": list(prop.targets)},
    Type.CHOICE: lambda prop: {"DefaultFormValue": -1 if prop.default is None else prop.default},
    Type.BOOLEAN: lambda prop: {"DefaultValue": bool(prop.default)},
}


def option_set(entity: EntitySet, prop: Property) -> Document:
    """Return the OptionSet of a choice or two-options column."""
    common = {
        "MetadataId": metadata_id(*_place(entity, prop), "optionset"),
        "Name": prop.option_set or f"{entity.entity}_{prop.name}",
        "IsGlobal": bool(prop.option_set),
        "IsManaged": True,
        "OptionSetType": {"State": "State", "Status": "Status"}.get(prop.kind, "Picklist"),
        "DisplayName": label(prop.display or prop.name),
    }
    if prop.type is Type.BOOLEAN:
        no, yes = (_option(one, entity, prop) for one in prop.options)
        return common | {"OptionSetType": "Boolean", "FalseOption": no, "TrueOption": yes}
    return common | {"Options": [_option(one, entity, prop) for one in prop.options]}


def global_option_sets(model: ServiceModel) -> list[Document]:
    """Return the choices that several columns share, by their names."""
    found = {}
    for entity in model.entity_sets:
        for prop in entity.properties:
            if prop.option_set:
                found[prop.option_set] = {"@odata.type": f"{_CRM}OptionSetMetadata", **option_set(entity, prop)}
    return [found[name] for name in sorted(found)]


def _place(entity: EntitySet, prop: Property) -> tuple[str, ...]:
    return (prop.option_set,) if prop.option_set else (entity.entity, prop.name)


def _option(option: Option, entity: EntitySet, prop: Property) -> Document:
    found: Document = {
        "Value": option.value,
        "Label": label(option.label),
        "Color": None,
        "IsManaged": True,
        "MetadataId": metadata_id(*_place(entity, prop), str(option.value)),
    }
    return found | ({"State": option.state} if option.state is not None else {})


def key(entity: EntitySet, alternate: AlternateKey) -> Document:
    """Return an alternate key's EntityKeyMetadata; every key here is active."""
    return {
        "MetadataId": metadata_id(entity.entity, "key", alternate.name),
        "SchemaName": alternate.name,
        "LogicalName": alternate.name.lower(),
        "EntityLogicalName": entity.entity,
        "KeyAttributes": list(alternate.properties),
        "EntityKeyIndexStatus": "Active",
        "DisplayName": label(alternate.name),
        "IsManaged": False,
    }


def relationships(model: ServiceModel, entity: EntitySet, is_many_to_one: bool) -> list[Document]:
    """Return the one-to-many relationships of a table, seen from either end."""
    end = "ReferencingEntity" if is_many_to_one else "ReferencedEntity"
    return [one for one in all_relationships(model) if one.get(end) == entity.entity]


def many_to_many(model: ServiceModel, entity: EntitySet) -> list[Document]:
    """Return the many-to-many relationships of a table."""
    ends = ("Entity1LogicalName", "Entity2LogicalName")
    return [one for one in _all_many_to_many(model) if entity.entity in (one[end] for end in ends)]


def all_relationships(model: ServiceModel) -> list[Document]:
    """Return every relationship between tables."""
    found = _all_many_to_many(model)
    for source in model.entity_sets:
        for navigation in source.navigations:
            if navigation.collection or not navigation.column:
                continue
            target = model.entity_set(navigation.target)
            if target is not None:
                found.append(_relationship(source, target, navigation))
    return found


def _all_many_to_many(model: ServiceModel) -> list[Document]:
    found = []
    for source in model.entity_sets:
        for navigation in source.navigations:
            pairs = model.entity_set(navigation.through.target) if navigation.through else None
            if pairs is not None and navigation.through and pairs.properties[1].name == navigation.through.own:
                found.append(_many_to_many(model, source, navigation, pairs))
    return found


def _many_to_many(model: ServiceModel, first: EntitySet, navigation: Navigation, pairs: EntitySet) -> Document:
    through, second = navigation.through, model.entity_set(navigation.target)
    assert through is not None and second is not None
    return {
        "@odata.type": _CRM + "ManyToManyRelationshipMetadata",
        "MetadataId": metadata_id("relationship", through.name),
        "SchemaName": through.name,
        "RelationshipType": "ManyToManyRelationship",
        "IntersectEntityName": pairs.entity,
        "Entity1LogicalName": first.entity,
        "Entity1IntersectAttribute": through.own,
        "Entity1NavigationPropertyName": navigation.name,
        "Entity2LogicalName": second.entity,
        "Entity2IntersectAttribute": through.other,
        "Entity2NavigationPropertyName": navigation.name,
    }


def _relationship(source: EntitySet, target: EntitySet, navigation: Navigation) -> Document:
    reverse = _reverse(source, target, navigation)
    name = reverse or f"{target.entity}_{source.entity}_{navigation.column}"
    return {
        "@odata.type": _CRM + "OneToManyRelationshipMetadata",
        "MetadataId": metadata_id(source.entity, navigation.name, target.entity),
        "SchemaName": name,
        "RelationshipType": "OneToManyRelationship",
        "ReferencingEntity": source.entity,
        "ReferencingAttribute": navigation.column,
        "ReferencingEntityNavigationPropertyName": navigation.name,
        "ReferencedEntity": target.entity,
        "ReferencedAttribute": target.key,
        "ReferencedEntityNavigationPropertyName": reverse or name,
    }


def _reverse(source: EntitySet, target: EntitySet, navigation: Navigation) -> str | None:
    names: Iterable[str] = (
        one.name
        for one in target.navigations
        if one.collection and one.target == source.name and one.target_column == navigation.column
    )
    return next(iter(names), None)
