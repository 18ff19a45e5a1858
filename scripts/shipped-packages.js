import { readFileSync } from "node:fs";

/** What runs in production, by the folder of its package: the proxy, and in browsers the page that it serves. */
const programs = ["fly-interview-hybrid", "web"];

/** The page is a build, so what it is made of counts as needed for development only. */
const builtIntoThePage = ["@interview-proxy/client", "@interview-proxy/react", "react", "react-dom"];

/**
 * Packages of others that ship, from the lock file: by its path in there, each one's name, version, licence and hash. npm's
 * own `--omit=dev` leaves out what any other workspace uses for development too.
 */
export function shippedPackages(lockFile) {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8"));
  const shipped = new Map();
  const waiting = programs.flatMap((folder) => needsOf(folder, packages));
  for (const path of waiting) {
    if (shipped.has(path)) continue;
    const entry = packages[path];
    shipped.set(path, entry);
    waiting.push(...needsOf(entry.link ? entry.resolved : path, packages));
  }
  return [...shipped]
    .filter(([, { link }]) => !link)
    .map(([path, { version, license, integrity, optional = false }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return { path, name, version, license, integrity, optional };
    });
}

function needsOf(folder, packages) {
  const { dependencies, optionalDependencies } = packages[folder];
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  return [...names, ...(folder === "web" ? builtIntoThePage : [])].map((name) => find(name, folder, packages));
}

/** As Node looks a package up: in the folder itself, and then in each one above. */
function find(name, folder, packages) {
  for (let above = folder; ; above = above.slice(0, Math.max(above.lastIndexOf("/"), 0))) {
    const path = above === "" ? `node_modules/${name}` : `${above}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (above === "") throw new Error(`${folder} needs ${name}, which is not in the lock file.`);
  }
}
