// The client's types are true: the source keeps its own, the declarations are those of the source,
// what they say of the API is what the API says of itself, and the guide's blocks compile.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import ts from "typescript";

const root = new URL("../../", import.meta.url).pathname;
const client = `${root}clients/js/`;
const options = ts.getParsedCommandLineOfConfigFile(`${client}tsconfig.json`, {}, ts.sys).options;
const folder = await mkdtemp(join(tmpdir(), "kirana-types-"));
after(() => rm(folder, { recursive: true }));

/** Nothing is wrong with these files and what they import. */
function compiles(files) {
  const program = ts.createProgram(files, options);
  const wrong = ts.getPreEmitDiagnostics(program);
  assert.equal(ts.formatDiagnostics(wrong, ts.createCompilerHost(options)), "");
  return program;
}

async function compilesText(name, text) {
  const file = join(folder, name);
  await writeFile(file, text);
  return compiles([file]);
}

test("the source keeps its types", () => {
  compiles(["api", "cart", "checkout", "sender", "store"].map((name) => `${client}src/${name}.js`));
});

test("the declarations are those of the source", () =>
  compilesText(
    "same.ts",
    `import * as declared from "${client}kirana.js";
     import { Lost, Problem } from "${client}src/api.js";
     import { CartManager } from "${client}src/cart.js";
     import { Checkout } from "${client}src/checkout.js";
     const real: typeof declared = { CartManager, Checkout, Lost, Problem };
     const methods: Exclude<keyof CartManager, "api"> extends keyof declared.CartManager ? true : never = true;
     const steps: keyof Checkout extends keyof declared.Checkout ? true : never = true;
     export { real, methods, steps };`,
  ));

test("the guide's blocks compile", async () => {
  const guide = await readFile(`${root}docs/front-end.md`, "utf8");
  const blocks = [...guide.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block);
  assert.ok(blocks.length >= 5);
  const text = blocks.join("\n").replace('"./kirana.js"', `"${client}kirana.js"`);
  await compilesText("guide.ts", text);
});

test("what the declarations say of the API is what the API says", async () => {
  const { schemas } = JSON.parse(await readFile(`${root}docs/openapi.json`, "utf8")).components;
  const source = compiles([`${client}kirana.d.ts`]).getSourceFile(`${client}kirana.d.ts`);
  const from = source.text.indexOf("// As the API writes them.");
  const shapes = source.statements.filter((one) => ts.isInterfaceDeclaration(one) && one.getStart() > from);
  assert.ok(shapes.length >= 15);
  for (const { name, members } of shapes) {
    const schema = schemas[name.text];
    assert.ok(schema, `${name.text} is not known to the API`);
    const said = members.map((member) => member.name.text).sort();
    assert.deepEqual(said, Object.keys(schema.properties).sort(), name.text);
    for (const { name: field, type, questionToken } of members) {
      const place = `${name.text}.${field.text}`;
      const required = (schema.required ?? []).includes(field.text);
      assert.ok(!(questionToken && required), `${place} is always there`);
      assert.deepEqual(written(type), described(schema.properties[field.text], schemas), place);
    }
  }
});

/** A type of the declarations: its words without order. */
function written(type) {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(written).sort();
  if (ts.isLiteralTypeNode(type)) return [type.literal.text ?? "null"];
  return [type.getText()];
}

/** The same of a schema. */
function described(schema, schemas) {
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.flatMap((one) => described(one, schemas)).sort();
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1);
    const named = schemas[name];
    return named.enum || named.oneOf ? described(named, schemas) : [name];
  }
  if (schema.enum) return [...schema.enum].sort();
  if (schema.type === "array") return [`${described(schema.items, schemas)}[]`];
  const types = [schema.type].flat();
  return types.map((type) => (type === "integer" ? "number" : type)).sort();
}
