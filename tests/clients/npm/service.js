"use strict";
// What the clients are given: addresses from the environment, and a token.

const { randomUUID } = require("node:crypto");

const { SIMULATOR, TENANT, ENVIRONMENT, COMPANY, CLIENT_ID, CLIENT_SECRET } = process.env;

async function token() {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    scope: `${SIMULATOR}/.default`,
  });
  const reply = await fetch(`${SIMULATOR}/${TENANT}/oauth2/v2.0/token`, { method: "POST", body });
  return (await reply.json()).access_token;
}

const bc = `${SIMULATOR}/v2.0/${TENANT}/${ENVIRONMENT}/api/v2.0`;

module.exports = {
  address: SIMULATOR,
  token,
  word: (text) => `${text} ${randomUUID().slice(0, 8)}`,
  // one table of each service: where it is, what its key and name are called, and how it answers a stale ETag
  tables: [
    { root: bc, set: `companies(${COMPANY})/customers`, key: "id", name: "displayName", stale: 409 },
    { root: `${SIMULATOR}/api/data/v9.2`, set: "accounts", key: "accountid", name: "name", stale: 412 },
  ],
};
