"""Write a service's model as CSDL 4.0: the document behind $metadata."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from simulator.odata.edm import Action, Base, EntitySet, Navigation, Property, ServiceModel, Type
from simulator.odata.values import escape_member

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"

register_namespace("edmx", _EDMX)
register_namespace("", _EDM)


def write_csdl(model: ServiceModel, tells_tracking: bool = False) -> bytes:
    """Return the CSDL document of a model: it names exactly what the service answers.

    With `tells_tracking` it has annotations that say which sets track their changes.
    """
    root = Element(f"{{{_EDMX}}}Edmx", Version="4.0")
    schema = _sub(SubElement(root, f"{{{_EDMX}}}DataServices"), "Schema", Namespace=model.namespace)
    if model.alias:
        schema.set("Alias", model.alias)
    if model.base_type:
        _sub(schema, "EntityType", Name=model.base_type, Abstract="true")
    for base in {one.base.name: one.base for one in model.entity_sets if one.base}.values():
        _base_type(schema, model, base)
    for entity in model.entity_sets:
        _enum_types(schema, model, entity)
    for entity in model.entity_sets:
        _entity_type(schema, model, entity)
    for entity in model.entity_sets:
        for action in entity.actions:
            _action(schema, model, action, entity)
    for action in model.actions:
        _action(schema, model, action, None)
    _container(schema, model, tells_tracking)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _sub(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, f"{{{_EDM}}}{tag}", attributes)


def _enum_name(entity: EntitySet, prop: Property) -> str:
    return f"{entity.entity}_{prop.name}"


def _enum_types(schema: Element, model: ServiceModel, entity: EntitySet) -> None:
    for prop in entity.properties:
        if prop.type is Type.ENUM:
            found = _sub(schema, "EnumType", Name=_enum_name(entity, prop))
            for option in prop.options:
                _sub(found, "Member", Name=escape_member(option.label), Value=str(option.value))


def _entity_type(schema: Element, model: ServiceModel, entity: EntitySet) -> None:
    found = _sub(schema, "EntityType", Name=entity.entity)
    base = entity.base.name if entity.base else model.base_type
    if base:
        found.set("BaseType", f"{model.alias or model.namespace}.{base}")
    if entity.base is None:
        _sub(_sub(found, "Key"), "PropertyRef", Name=entity.key)
    for prop in entity.properties:
        if entity.base is None or prop.name != entity.base.key:
            _property(found, model, entity, prop)
    for navigation in entity.navigations:
        _navigation(found, model, entity, navigation)


def _base_type(schema: Element, model: ServiceModel, base: Base) -> None:
    found = _sub(schema, "EntityType", Name=base.name, Abstract="true")
    if model.base_type:
        found.set("BaseType", f"{model.alias or model.namespace}.{model.base_type}")
    _sub(_sub(found, "Key"), "PropertyRef", Name=base.key)
    _sub(found, "Property", Name=base.key, Type=str(Type.GUID), Nullable="false")


def property_type(model: ServiceModel, entity: EntitySet, prop: Property) -> str:
    """Return the CSDL type of a property."""
    if prop.kind == "Image":
        return "Edm.Binary"
    if prop.type is Type.ENUM:
        return f"{model.namespace}.{_enum_name(entity, prop)}"
    return {Type.CHOICE: "Edm.Int32", Type.LOOKUP: "Edm.Guid"}.get(prop.type, str(prop.type))


def _property(parent: Element, model: ServiceModel, entity: EntitySet, prop: Property) -> None:
    found = _sub(parent, "Property", Name=prop.wire, Type=property_type(model, entity, prop))
    if prop.name == entity.key:
        found.set("Nullable", "false")
    if prop.type is Type.TEXT and prop.max_length:
        found.set("MaxLength", str(prop.max_length))
    if prop.type is Type.DECIMAL:
        found.set("Scale", "variable")


def _navigation(parent: Element, model: ServiceModel, entity: EntitySet, navigation: Navigation) -> None:
    target = model.entity_set(navigation.target)
    assert target is not None
    kind = f"{model.namespace}.{target.entity}"
    found = _sub(parent, "NavigationProperty", Name=navigation.name)
    found.set("Type", f"Collection({kind})" if navigation.collection else kind)
    if navigation.contained:
        found.set("ContainsTarget", "true")
    own = entity.property(navigation.column) if navigation.column else None
    if own is not None and not navigation.collection:
        other = target.property(navigation.target_column or target.key)
        if other is not None:
            _sub(found, "ReferentialConstraint", Property=own.wire, ReferencedProperty=other.wire)


def _action(schema: Element, model: ServiceModel, action: Action, entity: EntitySet | None) -> None:
    found = _sub(schema, "Function" if action.function else "Action", Name=action.name)
    if entity is not None:
        found.set("IsBound", "true")
        kind = f"{model.namespace}.{entity.entity}"
        bound = kind if action.bound == "entity" else f"Collection({kind})"
        _sub(found, "Parameter", Name="bindingParameter", Type=bound)
    for prop in action.parameters:
        _sub(found, "Parameter", Name=prop.name, Type=str(prop.type))
    if action.function:
        _sub(found, "ReturnType", Type="Edm.Untyped")


def _container(schema: Element, model: ServiceModel, tells_tracking: bool) -> None:
    container = _sub(schema, "EntityContainer", Name=model.container)
    for entity in model.entity_sets:
        found = _sub(container, "EntitySet", Name=entity.name, EntityType=f"{model.namespace}.{entity.entity}")
        for navigation in entity.navigations:
            if not navigation.contained:
                _sub(found, "NavigationPropertyBinding", Path=navigation.name, Target=navigation.target)
        if tells_tracking and entity.change_tracking:
            said = _sub(_sub(found, "Annotation", Term="Org.OData.Capabilities.V1.ChangeTracking"), "Record")
            _sub(said, "PropertyValue", Property="Supported", Bool="true")
    for action in model.actions:
        name = f"{model.namespace}.{action.name}"
        if action.function:
            _sub(container, "FunctionImport", Name=action.name, Function=name)
        else:
            _sub(container, "ActionImport", Name=action.name, Action=name)
