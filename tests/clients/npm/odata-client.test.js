"use strict";
// @odata/client, an OData client with entity sets, filters and batches, on both services.

const assert = require("node:assert");
const { before, describe, test } = require("node:test");
const { OData } = require("@odata/client");
const { tables, token, word } = require("./service");

for (const { root, set, key, name } of tables) {
  describe(set.split("/").at(-1), () => {
    let client;
    let rows;

    before(async () => {
      const commonHeaders = { Authorization: `Bearer ${await token()}`, Prefer: "return=representation", "If-Match": "*" };
      client = OData.New4({ serviceEndpoint: `${root}/`, variant: "cap", commonHeaders });
      rows = client.getEntitySet(set);
    });

    test("a row is created, found, changed and deleted", async () => {
      const text = word("Å");
      const made = await rows.create({ [name]: text });
      assert.strictEqual((await rows.retrieve(made[key]))[name], text);
      assert.deepStrictEqual((await rows.find({ [name]: text })).map((row) => row[key]), [made[key]]);
      await rows.update(made[key], { [name]: `${text} changed` });
      assert.strictEqual((await rows.retrieve(made[key]))[name], `${text} changed`);
      await rows.delete(made[key]);
      await assert.rejects(rows.retrieve(made[key]), /does not exist/i);
    });

    test("rows are filtered, ordered, selected and counted", async () => {
      const text = word("Åben");
      for (let n = 0; n < 3; n++) await rows.create({ [name]: `${text} ${n}` });
      const filter = client.newFilter().property(name).ge(text).property(name).le(`${text} 9`);
      const found = await rows.query(client.newOptions().filter(filter).select([name]).orderby(name, "desc").top(2));
      assert.deepStrictEqual(found.map((row) => row[name].at(-1)), ["2", "1"]);
      assert.strictEqual(await rows.count(filter), 3);
      assert.ok((await rows.count()) > 50);
    });

    test("reads travel in one multipart batch", async () => {
      const made = await rows.create({ [name]: word("Batch") });
      const replies = await client.execBatchRequests([
        await client.newBatchRequest({ collection: set, id: made[key], method: "GET" }),
        await client.newBatchRequest({ collection: set, params: client.newOptions().top(2), method: "GET" }),
      ]);
      assert.deepStrictEqual(replies.map((one) => one.status), [200, 200]);
      assert.strictEqual((await replies[0].json())[name], made[name]);
      assert.strictEqual((await replies[1].json()).value.length, 2);
    });
  });
}

test("Business Central takes a batch as JSON, writes included", async () => {
  const { root, set, name } = tables[0];
  const client = OData.New4({ serviceEndpoint: `${root}/`, variant: "cap", commonHeaders: { Authorization: `Bearer ${await token()}` } });
  const text = word("JSON");
  const replies = await client.execBatchRequestsJson([
    await client.newBatchRequest({ collection: set, method: "POST", entity: { [name]: text } }),
    await client.newBatchRequest({ collection: set, method: "GET", params: client.newOptions().top(1) }),
  ]);
  assert.deepStrictEqual(replies.map((one) => one.status), [201, 200]);
  assert.strictEqual((await replies[0].json())[name], text);
});
