"use strict";
// DynamicsWebApi, the widely used client of Dataverse for JavaScript.

const assert = require("node:assert");
const { randomUUID } = require("node:crypto");
const { before, test } = require("node:test");
const { DynamicsWebApi } = require("dynamics-web-api");
const { address, token, word } = require("./service");

const ABSENT = "00000000-0000-0000-0000-000000000001";
let api;

before(async () => {
  const accessToken = await token();
  api = new DynamicsWebApi({
    serverUrl: address,
    dataApi: { version: "9.2" },
    onTokenRefresh: async () => accessToken,
    useEntityNames: true,
  });
});

const create = (name, more = {}) =>
  api.create({ collection: "accounts", data: { name, ...more }, returnRepresentation: true });

const named = (text) => ({ collection: "accounts", select: ["name"], filter: `startswith(name,'${text}')` });

test("a record is created, read, changed and deleted", async () => {
  const name = word("Ærø");
  const made = await create(name);
  const read = await api.retrieve({ collection: "account", key: made.accountid, select: ["name", "statecode"], includeAnnotations: "*" });
  assert.deepStrictEqual([read.name, read["statecode@OData.Community.Display.V1.FormattedValue"]], [name, "Active"]);
  await api.updateSingleProperty({ collection: "accounts", key: made.accountid, fieldValuePair: { telephone1: "12" } });
  assert.strictEqual((await api.retrieve({ collection: "accounts", key: made.accountid })).telephone1, "12");
  assert.ok(await api.deleteRecord({ collection: "accounts", key: made.accountid, property: "telephone1" }));
  assert.strictEqual((await api.retrieve({ collection: "accounts", key: made.accountid })).telephone1, null);
  assert.ok(await api.deleteRecord({ collection: "accounts", key: made.accountid }));
  await assert.rejects(api.retrieve({ collection: "accounts", key: made.accountid }), { status: 404, code: "0x80040217" });
});

test("reads and writes are conditional", async () => {
  const made = await create(word("Etag"));
  const request = { collection: "accounts", key: made.accountid };
  assert.strictEqual(await api.retrieve({ ...request, ifnonematch: made["@odata.etag"] }), undefined);
  const change = { ...request, data: { telephone1: "1" }, ifmatch: made["@odata.etag"] };
  assert.strictEqual((await api.update({ ...change, returnRepresentation: true, select: ["telephone1"] })).telephone1, "1");
  assert.strictEqual(await api.update({ ...change, data: { telephone1: "2" } }), false);
  assert.strictEqual(await api.deleteRecord({ ...request, ifmatch: made["@odata.etag"] }), false);
  assert.strictEqual((await api.retrieve(request)).telephone1, "1");
});

test("an upsert creates or changes, and may be told to do only one of them", async () => {
  const key = randomUUID();
  const request = { collection: "accounts", key, data: { name: "Upserted" } };
  assert.strictEqual(await api.upsert({ ...request, ifmatch: "*" }), null);
  assert.strictEqual((await api.upsert({ ...request, returnRepresentation: true })).accountid, key);
  assert.strictEqual(await api.upsert({ ...request, data: { name: "Other" }, ifnonematch: "*" }), null);
  assert.strictEqual((await api.retrieve({ collection: "accounts", key })).name, "Upserted");
  await api.upsert({ ...request, data: { name: "Changed" } });
  assert.strictEqual((await api.retrieve({ collection: "accounts", key })).name, "Changed");
});

test("queries are filtered, ordered, counted and paged", async () => {
  const name = word("Ødis");
  for (let n = 0; n < 5; n++) await create(`${name} ${n}`);
  const query = { ...named(name.toUpperCase()), orderBy: ["name desc"], count: true, maxPageSize: 2 };
  const seen = [];
  let page = await api.retrieveMultiple(query);
  assert.strictEqual(page.oDataCount, 5);
  for (;;) {
    seen.push(page.value.map((row) => row.name.at(-1)).join(""));
    if (!page.oDataNextLink) break;
    page = await api.retrieveMultiple(query, page.oDataNextLink);
  }
  assert.deepStrictEqual(seen, ["43", "21", "0"]);
  assert.strictEqual((await api.retrieveAll(named(name))).value.length, 5);
  assert.strictEqual(await api.count({ collection: "accounts", filter: `startswith(name,'${name}')` }), 5);
});

test("FetchXML is answered page by page", async () => {
  const name = word("Fetch");
  for (let n = 0; n < 3; n++) await create(`${name} ${n}`);
  const fetchXml = `<fetch count="2"><entity name="account"><attribute name="name"/><order attribute="name"/>
    <filter><condition attribute="name" operator="like" value="${name}%"/></filter></entity></fetch>`;
  const first = await api.fetch({ collection: "accounts", fetchXml, includeAnnotations: "*" });
  assert.deepStrictEqual([first.value.length, first.PagingInfo.nextPage], [2, 2]);
  const { cookie, nextPage } = first.PagingInfo;
  const second = await api.fetch({ collection: "accounts", fetchXml, pageNumber: nextPage, pagingCookie: cookie });
  assert.deepStrictEqual(second.value.map((row) => row.name), [`${name} 2`]);
  assert.strictEqual((await api.fetchAll({ collection: "accounts", fetchXml })).value.length, 3);
});

test("records are associated, expanded and taken apart", async () => {
  const account = await create(word("Parent"));
  const person = { lastname: "Kontakt", "parentcustomerid_account@odata.bind": `accounts(${account.accountid})` };
  const contact = await api.create({ collection: "contacts", data: person, returnRepresentation: true });
  const link = { collection: "accounts", primaryKey: account.accountid, relatedCollection: "contacts", relatedKey: contact.contactid };
  await api.associateSingleValued({ ...link, navigationProperty: "primarycontactid" });
  await api.associate({ ...link, relationshipName: "contact_customer_accounts" });
  const expand = [
    { property: "primarycontactid", select: ["fullname"] },
    { property: "contact_customer_accounts", select: ["lastname"], filter: "lastname eq 'kontakt'" },
  ];
  const read = await api.retrieve({ collection: "accounts", key: account.accountid, select: ["name"], expand });
  assert.strictEqual(read.primarycontactid.fullname, "Kontakt");
  assert.deepStrictEqual(read.contact_customer_accounts.map((row) => row.lastname), ["Kontakt"]);
  await api.disassociateSingleValued({ collection: "accounts", primaryKey: account.accountid, navigationProperty: "primarycontactid" });
  assert.strictEqual((await api.retrieve({ collection: "accounts", key: account.accountid }))._primarycontactid_value, null);
});

test("a batch carries reads and a change set whose parts refer to one another", async () => {
  const name = word("Batch");
  const account = await create(name);
  api.startBatch();
  api.create({ collection: "accounts", data: { name: `${name} new` }, contentId: "1", inChangeSet: true });
  api.create({ collection: "contacts", data: { lastname: name, "parentcustomerid_account@odata.bind": "$1" }, inChangeSet: true });
  api.retrieveMultiple({ ...named(name), inChangeSet: false });
  api.update({ collection: "accounts", key: account.accountid, data: { name: `${name} changed` }, inChangeSet: false });
  const [parent, child, found] = await api.executeBatch();
  assert.strictEqual((await api.retrieve({ collection: "contacts", key: child }))._parentcustomerid_value, parent);
  assert.strictEqual(found.value.length, 2);
  assert.strictEqual((await api.retrieve({ collection: "accounts", key: account.accountid })).name, `${name} changed`);
});

test("a refused change set changes nothing", async () => {
  const name = word("Refused");
  api.startBatch();
  api.create({ collection: "accounts", data: { name }, inChangeSet: true });
  api.update({ collection: "accounts", key: ABSENT, data: { name }, ifmatch: "*", inChangeSet: true });
  await assert.rejects(api.executeBatch(), (errors) => errors[0].status === 404);
  assert.strictEqual((await api.retrieveMultiple(named(name))).value.length, 0);
});

test("changes are tracked, deletions too", async () => {
  const query = { collection: "accounts", select: ["name"], trackChanges: true };
  const first = await api.retrieveMultiple(query);
  const made = await create(word("Tracked"));
  const gone = await create(word("Gone"));
  await api.deleteRecord({ collection: "accounts", key: gone.accountid });
  const { value } = await api.retrieveMultiple(query, first.oDataDeltaLink);
  const ids = value.map((row) => row.accountid ?? row.id);
  assert.ok(ids.includes(made.accountid));
  assert.ok(value.some((row) => row.reason === "deleted" && row.id === gone.accountid));
});

test("functions are called and definitions read", async () => {
  assert.match((await api.callFunction("WhoAmI")).UserId, /^[0-9a-f-]{36}$/);
  const table = await api.retrieveEntity({ key: "LogicalName='account'", select: ["SchemaName"], expand: [{ property: "Keys" }] });
  assert.deepStrictEqual([table.SchemaName, Array.isArray(table.Keys)], ["Account", true]);
  const choices = await api.retrieveAttributes({
    entityKey: "LogicalName='account'",
    castType: "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
    select: ["LogicalName"],
    expand: [{ property: "OptionSet", select: ["Options"] }],
  });
  const kind = choices.value.find((one) => one.LogicalName === "customertypecode");
  assert.ok(kind.OptionSet.Options.some((option) => option.Label.UserLocalizedLabel.Label === "Customer"));
  const related = await api.retrieveRelationships({ castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata" });
  assert.ok(related.value.some((one) => one.SchemaName === "contact_customer_accounts"));
  assert.match(await api.retrieveCsdlMetadata({ addAnnotations: false }), /<edmx:Edmx/);
});
