"use strict";
// o.js, a small OData client, on both services.

const assert = require("node:assert");
const { describe, test } = require("node:test");
const { o } = require("odata");
const { tables, token, word } = require("./service");

for (const { root, set, key, name, stale } of tables) {
  describe(set.split("/").at(-1), () => {
    const at = async (headers = {}, useChangset = false) => {
      const Authorization = `Bearer ${await token()}`;
      const all = { Authorization, "Content-Type": "application/json", Prefer: "return=representation", ...headers };
      const batch = {
        boundaryPrefix: "batch_",
        changsetBoundaryPrefix: "changset_",
        endpoint: "$batch",
        headers: new Headers({ Authorization, "Content-Type": "multipart/mixed" }),
        useChangset,
      };
      return o(`${root}/`, { headers: new Headers(all), batch });
    };
    const create = async (text) => (await at()).post(set, { [name]: text }).query();

    test("a row is created, read, changed and deleted", async () => {
      const text = word("Æble");
      const made = await create(text);
      const row = `${set}(${made[key]})`;
      assert.strictEqual((await (await at()).get(row).query({ $select: name }))[name], text);
      await (await at({ "If-Match": "*" })).patch(row, { [name]: `${text} changed` }).query();
      assert.strictEqual((await (await at()).get(row).query())[name], `${text} changed`);
      await (await at()).delete(row).query();
      await assert.rejects((await at()).get(row).query(), (reply) => reply.status === 404);
    });

    test("a stale ETag changes nothing", async () => {
      const made = await create(word("Etag"));
      const row = `${set}(${made[key]})`;
      const change = async (text) => (await at({ "If-Match": made["@odata.etag"] })).patch(row, { [name]: text }).query();
      await change("First");
      await assert.rejects(change("Second"), (reply) => reply.status === stale);
      assert.strictEqual((await (await at()).get(row).query())[name], "First");
    });

    test("rows are filtered, ordered and cut", async () => {
      const text = word("Øst");
      for (let n = 0; n < 4; n++) await create(`${text} ${n}`);
      const query = { $filter: `contains(${name},'${text}')`, $orderby: `${name} desc`, $select: name, $top: 3 };
      const found = await (await at()).get(set).query(query);
      assert.deepStrictEqual(found.map((row) => row[name].at(-1)), ["3", "2", "1"]);
    });

    test("pages are followed by their links", async () => {
      const headers = { Authorization: `Bearer ${await token()}`, Prefer: "odata.maxpagesize=25" };
      const pages = [];
      let link = `${root}/${set}?$select=${key}`;
      while (link) {
        const page = await o(link, { headers, fragment: "the whole page" }).get().query();
        pages.push(page.value.map((row) => row[key]));
        link = page["@odata.nextLink"];
      }
      assert.ok(pages.length > 2 && pages.slice(0, -1).every((page) => page.length === 25));
      assert.strictEqual(new Set(pages.flat()).size, pages.flat().length);
    });

    test("reads travel in one batch", async () => {
      const made = await create(word("Batch"));
      const handler = await at();
      const replies = await handler.get(`${set}?$top=2`).get(`${set}(${made[key]})`).batch();
      assert.deepStrictEqual(replies.map((one) => one.status), [200, 200]);
      assert.deepStrictEqual([replies[0].body.length, replies[1].body[name]], [2, made[name]]);
    });

    test("writes travel in a change set", async () => {
      const made = await create(word("Set"));
      const text = word("In a set");
      const handler = await at({ "If-Match": "*" }, true);
      const replies = await handler.patch(`${set}(${made[key]})`, { [name]: text }).batch();
      assert.ok(replies.every((one) => one.status < 300));
      assert.strictEqual((await (await at()).get(`${set}(${made[key]})`).query())[name], text);
    });
  });
}
