import type { ApiDocument, ApiOperation, ApiParameter, ApiResponse } from "./document.ts";
import { formOf, typeText } from "./type-text.ts";

interface ListedOperation extends ApiOperation {
  readonly method: string;
  readonly path: string;
}

/** The document as one page without scripts. Addresses in it are relative, so that a proxy may serve it below another path. */
export function toDocsPage({ info, paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const tags = [...new Set(operations.flatMap(({ tags: own }) => own))].toSorted();
  const { ErrorCode: errorCode, ...types } = components.schemas;
  const codes = errorCode?.oneOf ?? [];
  const link = linker([...Object.keys(types), ...codes.map(({ const: code }) => String(code))]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)}: routes</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/style.css">
</head>
<body>
<a class="skip" href="#routes">Skip to the routes</a>
<header>
<h1>${escape(info.title)}</h1>
<p>${escape(info.description)}</p>
<p>For programs: <a href="openapi.json">openapi.json</a>, in OpenAPI 3.1.</p>
</header>
<nav aria-label="Parts of this page">
<ul>
${tags.map((tag) => `<li><a href="#${idOf(tag)}">${escape(tag)}</a></li>`).join("\n")}
<li><a href="#signing-in">signing in</a></li>
<li><a href="#errors">errors</a></li>
<li><a href="#types">types</a></li>
</ul>
</nav>
<main id="routes">
${tags.map((tag) => sectionOf(tag, operations, link)).join("\n")}
<section aria-labelledby="signing-in">
<h2 id="signing-in">Signing in</h2>
<dl>
${Object.entries(components.securitySchemes)
  .map(([name, { description }]) => `<dt><code>${name}</code></dt><dd>${escape(description)}</dd>`)
  .join("\n")}
</dl>
</section>
<section aria-labelledby="errors">
<h2 id="errors">Errors</h2>
<dl>
${codes.map(({ const: code, title, description }) => `<dt id="${typeId(String(code))}"><code>${title}</code></dt><dd>${escape(description ?? "")}</dd>`).join("\n")}
</dl>
</section>
<section aria-labelledby="types">
<h2 id="types">Types</h2>
${Object.entries(types)
  .map(([name, schema]) => `<article><h3 id="${typeId(name)}">${name}</h3>${block(typeText(schema), link)}</article>`)
  .join("\n")}
</section>
</main>
</body>
</html>
`;
}

type Link = (escapedText: string) => string;

/** Leads from the names of types, and from codes, to where they are explained. */
function linker(names: readonly string[]): Link {
  const known = new Set(names);
  return (text) =>
    text.replaceAll(/\b[A-Z]\w+\b/g, (name) => (known.has(name) ? `<a href="#${typeId(name)}">${name}</a>` : name));
}

function sectionOf(tag: string, operations: readonly ListedOperation[], link: Link): string {
  const own = operations.filter(({ tags }) => tags.includes(tag));
  return `<section aria-labelledby="${idOf(tag)}">
<h2 id="${idOf(tag)}">${escape(tag)}</h2>
${own.map((operation) => articleOf(operation, link)).join("\n")}
</section>`;
}

function articleOf(operation: ListedOperation, link: Link): string {
  const { operationId, method, path, summary, description, security, parameters, requestBody, responses } = operation;
  const route = `${method} ${escape(path)}`;
  return `<article aria-labelledby="${operationId}">
<h3 id="${operationId}"><code>${route}</code></h3>
<p>${escape(summary)}. ${escape(description ?? "")}</p>
<p class="who">${whoMay(security)}</p>
<details>
<summary>Request and replies<span class="unseen"> of ${route}</span></summary>
${parameters.length === 0 ? "" : `<h4>Parameters</h4>\n${parameterList(parameters, link)}`}
${requestBody === undefined ? "" : `<h4>Body${requestBody.required ? "" : ", which may be missing"}</h4>\n${contentOf(requestBody.content, link)}`}
<h4>Replies</h4>
<dl>
${Object.entries(responses)
  .map(([status, response]) => `<dt>${status}</dt>\n<dd>${responseOf(response, link)}</dd>`)
  .join("\n")}
</dl>
</details>
</article>`;
}

function whoMay(security: ApiOperation["security"]): string {
  if (security.length === 0) return "Open to all.";
  const ways = security.map((way) =>
    Object.entries(way)
      .map(([scheme, scopes]) => `<code>${[scheme, ...scopes].join(" ")}</code>`)
      .join(" with "),
  );
  return `Signed in by <a href="#signing-in">one of</a>: ${ways.join(", ")}.`;
}

function parameterList(parameters: readonly ApiParameter[], link: Link): string {
  const entries = parameters.map(({ name, in: place, required, description = "", schema }) => {
    const form = formOf(schema);
    const type = link(escape(typeText(schema) + (form === undefined ? "" : `: ${form}`)));
    return `<dt><code>${escape(name)}</code> (${place}${required ? "" : ", optional"})</dt><dd><code>${type}</code> ${escape(description)}</dd>`;
  });
  return `<dl>\n${entries.join("\n")}\n</dl>`;
}

function responseOf({ description, headers = {}, content }: ApiResponse, link: Link): string {
  const isRefusal = Object.values(content ?? {}).some(({ schema }) => schema.$ref !== undefined && schema.properties);
  const told = Object.entries(headers).map(([name, header]) => `<p><code>${name}</code>: ${header.description}</p>`);
  const shown = content === undefined || isRefusal ? "" : contentOf(content, link);
  return `<p>${link(escape(description))}</p>${told.join("")}${shown}`;
}

function contentOf(content: NonNullable<ApiResponse["content"]>, link: Link): string {
  return Object.entries(content)
    .map(([type, { schema, example }]) => {
      const text = typeof example === "string" ? example : JSON.stringify(example, null, 2);
      const shown = example === undefined ? "" : `<p>For example:</p>${block(text)}`;
      return `<p><code>${type}</code></p>${block(typeText(schema), link)}${shown}`;
    })
    .join("\n");
}

function block(text: string, link: Link = (escaped) => escaped): string {
  return `<pre><code>${link(escape(text))}</code></pre>`;
}

function idOf(tag: string): string {
  return `of-${tag.replaceAll(/\W+/g, "-")}`;
}

function typeId(name: string): string {
  return `type-${name}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
