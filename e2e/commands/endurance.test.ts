import { expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";
import { startCommand } from "./running-command.ts";

// The smallest runs there are, of the build that is there: what they find in hours is in docs/reliability.md.

test("npm run soak holds interviews for as long as it is told, and breaks no bound", async () => {
  const soak = startCommand("npm run soak -w bench -- --hours 0.0012 --sessions 3 --seed 3", repository);
  await soak.success();
  expect(soak.output()).toMatch(/^ {2}"interviews": [1-9]/m);
});

// With this seed all sidebands break after two seconds, and nothing befalls the first calls, whose answers might take a minute else.
test("npm run chaos breaks what its seed says, and no promise is broken", async () => {
  const chaos = startCommand("npm run chaos -w bench -- --minutes 0.1 --sessions 3 --seed 42932", repository);
  await chaos.success();
  expect(chaos.output()).toMatch(/: all sidebands cut: at once$/m);
  expect(chaos.output()).toMatch(/^ {2}"interviewsCompared": [1-9]/m);
});

test("npm run networks holds an interview over a network, and says what the candidate saw", async () => {
  const networks = startCommand('npm run networks:any -- -t "a good one"', repository, { BAD_FOR_SECONDS: "1" });
  await networks.success();
  expect(networks.output()).toMatch(/Tests .*1 passed/);
});
