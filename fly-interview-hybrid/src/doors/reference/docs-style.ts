/** The looks of the page of routes, in a file of its own: the server's content policy takes no style from within a page. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --background: #f5f6f8;
  --surface: #ffffff;
  --text: #1a2330;
  --muted: #566072;
  --line: #d4dae2;
  --accent: #0b6e69;
  font-family: system-ui, sans-serif;
  line-height: 1.5;
  background: var(--background);
  color: var(--text);
}

@media (prefers-color-scheme: dark) {
  :root {
    --background: #11161c;
    --surface: #1a2129;
    --text: #e7ecf2;
    --muted: #a5b0be;
    --line: #323d4a;
    --accent: #5cc9bf;
  }
}

* {
  box-sizing: border-box;
  overflow-wrap: anywhere;
}

html {
  scroll-padding-block-start: 1rem;
}

body {
  max-inline-size: 60rem;
  margin: 0 auto;
  padding: clamp(1rem, 4vw, 3rem) 1rem;
}

h1,
h2,
h3,
h4,
p {
  margin-block: 0 0.5rem;
  line-height: 1.3;
  text-wrap: pretty;
}

h2 {
  margin-block-start: 2.5rem;
}

h3 {
  font-size: 1rem;
}

h3 code {
  font-weight: 600;
}

h4 {
  margin-block-start: 1rem;
  font-size: 0.95rem;
}

a {
  color: var(--accent);
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

nav ul {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 1.25rem;
  margin: 1.5rem 0 0;
  padding: 0;
  list-style: none;
}

nav a {
  display: inline-block;
  padding-block: 0.25rem;
}

article {
  margin-block: 0.75rem;
  padding: 1rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 0.75rem;
}

.who {
  color: var(--muted);
  font-size: 0.9rem;
}

summary {
  padding-block: 0.25rem;
  color: var(--accent);
  cursor: pointer;
}

dl {
  margin: 0;
}

dt {
  margin-block-start: 0.5rem;
  font-weight: 600;
}

dd {
  margin: 0 0 0 1rem;
}

ul {
  margin: 0;
  padding-inline-start: 1.1rem;
}

code {
  font: 0.9em/1.5 ui-monospace, monospace;
}

pre {
  margin: 0.25rem 0 0.75rem;
  padding: 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  white-space: pre-wrap;
}

.skip,
.unseen {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

.skip:focus {
  position: static;
  inline-size: auto;
  block-size: auto;
  clip-path: none;
}
`;
