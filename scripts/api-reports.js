// Writes what each package of the browser's side exports into its `*.api.md`, one for each of its entries, from the built
// declarations. With --check it writes nothing and fails where a report is stale: so an export changes on purpose, and in
// sight of whoever reviews it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const checkOnly = process.argv.includes("--check");
const temporary = mkdtempSync(join(tmpdir(), "api-reports-"));
try {
  for (const name of ["protocol", "client", "react"]) reportOnPackage(name);
} finally {
  rmSync(temporary, { recursive: true });
}

function reportOnPackage(name) {
  const folder = fileURLToPath(new URL(`../packages/${name}`, import.meta.url));
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const [path, { types }] of Object.entries(exports)) {
    // A stylesheet has none.
    if (types !== undefined) reportOn(folder, join(folder, types), `${name}${path.slice(1).replace("/", ".")}.api.md`);
  }
}

function reportOn(folder, entry, reportFileName) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      newlineKind: "lf",
      // The extractor brings a compiler of its own, which reads declarations as any user's would.
      compiler: { overrideTsconfig: { extends: join(folder, "tsconfig.json"), files: [entry], include: [] } },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: folder,
        reportTempFolder: temporary,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // oxlint and the compiler judge the sources.
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { apiReportChanged } = Extractor.invoke(config, { localBuild: !checkOnly, messageCallback: silence });
  if (!checkOnly || !apiReportChanged) return;
  console.error(`${reportFileName} is stale: run npm run api, and look at what has changed.`);
  process.exitCode = 1;
}

function silence(message) {
  if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
}
